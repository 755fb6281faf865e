/** A record with one value per column. */
export const byColumn = <Column extends string, Value>(
  columns: ReadonlyArray<Column>,
  valueOf: (column: Column) => Value,
): { readonly [column in Column]: Value } =>
  Object.fromEntries(columns.map((column) => [column, valueOf(column)])) as {
    readonly [column in Column]: Value
  }
