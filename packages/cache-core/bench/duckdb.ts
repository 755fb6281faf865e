/** DuckDB over the same files, in this process. */
export interface Duck {
  readonly version: string
  readonly readYear: (path: string) => Promise<number>
  readonly readDay: (path: string, start: string, end: string) => Promise<number>
  readonly toParquet: (path: string, target: string) => Promise<void>
  readonly readParquetDay: (path: string, start: string, end: string) => Promise<number>
}

const typed = `auto_detect=false, header=true, delim=',', columns={
  'timestamp': 'TIMESTAMP', 'open': 'DOUBLE', 'high': 'DOUBLE', 'low': 'DOUBLE', 'close': 'DOUBLE', 'volume': 'DOUBLE'}`

/** `undefined` when the package is not installed. */
export const startDuck = async (): Promise<Duck | undefined> => {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined)
  if (duckdb === undefined) return undefined
  const instance = await duckdb.DuckDBInstance.create(":memory:")
  const connection = await instance.connect()
  await connection.run("SET threads TO 2")
  /** All values in typed arrays of this program, as every other side has them in the end. */
  const fetchAll = async (query: string): Promise<number> => {
    const chunks = await (await connection.run(query)).fetchAllChunks()
    const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0)
    const micros = new BigInt64Array(rows)
    const columns = Array.from({ length: 5 }, () => new Float64Array(rows))
    let row = 0
    for (const chunk of chunks) {
      const time = chunk.getColumnVector(0)
      if (!(time instanceof duckdb.DuckDBTimestampVector))
        throw new TypeError("the time column is no timestamp")
      for (let index = 0; index < chunk.rowCount; index += 1)
        micros[row + index] = time.getItem(index)?.micros ?? 0n
      for (const [index, column] of columns.entries()) {
        const vector = chunk.getColumnVector(index + 1)
        if (!(vector instanceof duckdb.DuckDBDoubleVector)) throw new TypeError("a price column is no double")
        for (let at = 0; at < chunk.rowCount; at += 1) column[row + at] = vector.getItem(at) ?? Number.NaN
      }
      row += chunk.rowCount
    }
    return rows
  }
  return {
    version: duckdb.version(),
    readYear: (path) => fetchAll(`SELECT * FROM read_csv('${path}', ${typed})`),
    readDay: (path, start, end) =>
      fetchAll(
        `SELECT * FROM read_csv('${path}', ${typed}) WHERE timestamp >= '${start}' AND timestamp < '${end}'`,
      ),
    toParquet: async (path, target) => {
      await connection.run(
        `COPY (SELECT * FROM read_csv('${path}', ${typed})) TO '${target}' (FORMAT parquet)`,
      )
    },
    readParquetDay: (path, start, end) =>
      fetchAll(
        `SELECT * FROM read_parquet('${path}') WHERE timestamp >= '${start}' AND timestamp < '${end}'`,
      ),
  }
}
