import type { EntryReport, YearReport } from "./store-report.ts"
import { escapeHtml } from "./html-text.ts"

/** Share of present bars of one stretch of time; `undefined` where none are expected. */
export interface HeatCell {
  readonly label: string
  readonly expected: number
  readonly present: number
}

export interface HeatRow {
  readonly label: string
  readonly cells: ReadonlyArray<HeatCell>
}

/** What a picture of coverage shows: entries by months, or by years when there are too many months. */
export interface HeatMap {
  readonly unit: "month" | "year"
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<HeatRow>
}

const mostCells = 12_000

/** Coverage of every entry over time; all rows have the same columns. */
export const toHeatMap = (entries: ReadonlyArray<EntryReport>): HeatMap => {
  const years = entries.flatMap((entry) => entry.years.map((year) => year.year))
  if (years.length === 0) return { unit: "year", columns: [], rows: [] }
  const first = Math.min(...years)
  const count = Math.max(...years) - first + 1
  const unit = count * 12 * entries.length > mostCells ? "year" : "month"
  const columns = Array.from({ length: count }, (_, index) => first + index).flatMap((year) =>
    unit === "year" ? [String(year)] : months.map((month) => `${year}-${month}`),
  )
  return {
    unit,
    columns,
    rows: entries.map((entry) => {
      const byYear = new Map(entry.years.map((year) => [year.year, year]))
      return {
        label: `${entry.symbol} ${entry.timeframe}`,
        cells: columns.map((label) => toCell(label, byYear.get(Number(label.slice(0, 4))))),
      }
    }),
  }
}

const months = ["01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12"]

const toCell = (label: string, year: YearReport | undefined): HeatCell => {
  if (year === undefined) return { label, expected: 0, present: 0 }
  if (label.length === 4) return { label, expected: year.expected, present: year.present }
  const month = year.months[Number(label.slice(5)) - 1]
  // A file that cannot be read has no months: all of them are missing.
  if (month === undefined) return { label, expected: Math.ceil(year.expected / 12), present: 0 }
  return { label, expected: month.expected, present: month.present }
}

const cellWidth = 9
const cellHeight = 14
const labelWidth = 150
const headHeight = 18

/** The picture as inline SVG; colours are classes `none`, `h0` (nothing there) to `h5` (complete). */
export const toSvg = ({ unit, columns, rows }: HeatMap): string => {
  const width = labelWidth + columns.length * cellWidth
  const height = headHeight + rows.length * cellHeight
  const heads = columns.flatMap((label, index) =>
    unit === "year"
      ? index % 5 === 0
        ? [headText(label, index)]
        : []
      : label.endsWith("-01")
        ? [headText(label.slice(0, 4), index)]
        : [],
  )
  const body = rows.map((row, index) => rowSvg(row, headHeight + index * cellHeight))
  return (
    `<svg role="img" aria-label="Present bars of each entry by ${unit}; the table below has the numbers" ` +
    `viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${heads.join("")}${body.join("")}</svg>`
  )
}

const headText = (text: string, column: number): string =>
  `<text x="${labelWidth + column * cellWidth}" y="12">${escapeHtml(text)}</text>`

const rowSvg = ({ label, cells }: HeatRow, y: number): string => {
  const rects = cells.map((cell, index) =>
    cell.expected === 0
      ? ""
      : `<rect class="${heatClass(cell)}" x="${labelWidth + index * cellWidth}" y="${y}" width="${cellWidth - 1}" height="${cellHeight - 1}"><title>${escapeHtml(`${label} ${cell.label}: ${cell.present} of ${cell.expected} bars`)}</title></rect>`,
  )
  return `<text x="0" y="${y + 11}">${escapeHtml(label.length > 22 ? `${label.slice(0, 21)}…` : label)}</text>${rects.join("")}`
}

/** The last class is for complete cells alone, the first for empty ones. */
const heatClass = ({ expected, present }: Pick<HeatCell, "expected" | "present">): string => {
  if (present === 0) return "h0"
  if (present >= expected) return "h5"
  const share = present / expected
  return share >= 0.99 ? "h4" : share >= 0.9 ? "h3" : share >= 0.5 ? "h2" : "h1"
}
