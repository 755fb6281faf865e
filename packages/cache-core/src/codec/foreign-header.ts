import { valueColumns } from "@barkeep/market-data"
import { DamagedBytes } from "./damaged-bytes.ts"

/** Where a foreign file keeps the columns of bars. */
export interface ForeignColumns {
  readonly names: ReadonlyArray<string>
  readonly openTime: number
  /** Positions of open, high, low, close and volume; `volume` is -1 when the file has none. */
  readonly values: ReadonlyArray<number>
  readonly extraColumns: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

/** Names under which files keep the open time. `Unnamed: 0` is what pandas calls a column without a name. */
const timeNames = new Set([
  "timestamp",
  "date",
  "datetime",
  "time",
  "open_time",
  "open time",
  "",
  "unnamed: 0",
])

/** True when a column of this name can be the open time. */
export const isTimeName = (name: string): boolean => timeNames.has(name.toLowerCase())

/**
 * Finds the columns of bars in a header line, whatever their order and case.
 * @throws {DamagedBytes} kind `header` when one is missing or two could be meant
 */
export const foreignColumns = (cells: ReadonlyArray<string>, line: number): ForeignColumns => {
  const refuse = (issue: string): DamagedBytes => new DamagedBytes({ kind: "header", issue, line })
  const names = cells.map((cell) => cell.trim())
  if (/^[+-]?\d/.test(names[0] ?? ""))
    throw refuse("the first line is a row, not a header: which column is which cannot be told")
  const lower = names.map((name) => name.toLowerCase())
  const position = (name: string): number => {
    const first = lower.indexOf(name)
    if (first >= 0 && lower.includes(name, first + 1)) throw refuse(`two columns are named ${name}`)
    return first
  }
  const times = names.flatMap((_, index) => (isTimeName(lower[index] as string) ? [index] : []))
  if (times.length > 1) {
    const candidates = times.map((index) => JSON.stringify(names[index])).join(" and ")
    throw refuse(`${candidates} could each be the open time`)
  }
  const openTime = times[0]
  if (openTime === undefined)
    throw refuse(`no column is named timestamp or date, the names are: ${shown(names)}`)
  const values = valueColumns.map(position)
  for (const [index, name] of valueColumns.entries())
    if ((values[index] as number) < 0 && name !== "volume")
      throw refuse(`no column is named ${name}, the names are: ${shown(names)}`)
  if ((values[4] as number) < 0 && lower.some((name) => name.startsWith("vol")))
    throw refuse(`no column is named volume, and which of these is meant cannot be told: ${shown(names)}`)
  const used = new Set([openTime, ...values])
  return {
    names,
    openTime,
    values,
    extraColumns: names.filter((_, index) => !used.has(index)),
    notes: headerNotes(names, openTime, values),
  }
}

const headerNotes = (
  names: ReadonlyArray<string>,
  openTime: number,
  values: ReadonlyArray<number>,
): ReadonlyArray<string> => {
  const notes: Array<string> = []
  const timeName = names[openTime] as string
  if (timeName === "") notes.push("the open time's column has no name")
  else if (timeName !== "timestamp") notes.push(`the open time's column is named ${timeName}`)
  if (values.some((at, index) => at >= 0 && names[at] !== valueColumns[index]))
    notes.push("column names are capitalized")
  if (values[4] === -1) notes.push("there is no volume column")
  const present = [openTime, ...values].filter((at) => at >= 0)
  if (present.some((at, index) => index > 0 && at < (present[index - 1] as number)))
    notes.push(`columns are in another order: ${shown(names)}`)
  return notes
}

const shown = (names: ReadonlyArray<string>): string => {
  const text = names.map((name) => (name === "" ? "(empty)" : name)).join(", ")
  return text.length > 200 ? `${text.slice(0, 197)}...` : text
}
