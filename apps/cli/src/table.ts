import { type Paint, paintFor } from "./colour.ts"

/** One column: its heading, how a row fills it, and on which side short cells are padded. */
export interface Column<Row> {
  readonly heading: string
  readonly cell: (row: Row) => string
  readonly align?: "left" | "right"
  /** The colour of a row's cell. */
  readonly paint?: (row: Row, paint: Paint) => (text: string) => string
}

/**
 * Text table, two spaces between columns, no trailing spaces; ends with a line feed. With colours its headings are set apart
 * and cells with a `paint` have theirs.
 */
export const formatTable = <Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  paint: Paint = paintFor(false),
): string => {
  const cells = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => (line[index] as string).length)))
  return cells
    .map((line, lineIndex) =>
      line
        .map((cell, index) => {
          const { align, paint: paintOf } = columns[index] as Column<Row>
          const row = rows[lineIndex - 1]
          const colour = row === undefined ? paint.bold : (paintOf?.(row, paint) ?? ((text: string) => text))
          const padding = " ".repeat((widths[index] as number) - cell.length)
          if (align === "right") return padding + colour(cell)
          // The last column has nothing to line up with.
          return index === columns.length - 1 ? colour(cell) : colour(cell) + padding
        })
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("")
}

/** `1234567` as `1,234,567`; a fraction is rounded to three digits. */
export const formatCount = (count: number): string => {
  // Loading the data of Intl.NumberFormat would be a fifth of the time in which the command starts.
  const [whole = "", fraction] = String(Math.round(count * 1000) / 1000).split(".")
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",")
  return fraction === undefined ? grouped : `${grouped}.${fraction}`
}

/** Bytes with one decimal in binary units: `1.5 MiB`. */
export const formatBytes = (bytes: number): string => {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"]
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024
    unit += 1
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`
}

/** Seconds as `12 s`, `3 min 20 s`, `2 h 5 min`, `9 d 14 h`. */
export const formatDuration = (millis: number): string => {
  const seconds = Math.round(millis / 1000)
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  const hours = Math.floor(seconds / 3600)
  if (hours < 24) return `${hours} h ${Math.floor((seconds % 3600) / 60)} min`
  return `${Math.floor(hours / 24)} d${hours % 24 === 0 ? "" : ` ${hours % 24} h`}`
}
