import { type Bars, isoTime, parseIsoTime } from "@barkeep/market-data"
import Papa from "papaparse"
import type { EntryPlan } from "./entry-plan.ts"
import type { PlannedEntry } from "./plan-entry.ts"
import { RowSummer, type RowSum, type RowValues, valuesAt } from "./row-hash.ts"

/** Fates of rows that are listed one by one. Kept rows are in the new cache itself. */
export const listedFates = ["duplicates", "conflicts", "refused"] as const
export type ListedFate = (typeof listedFates)[number]

const columns = [
  "symbol",
  "timeframe",
  "source",
  "line",
  "time",
  "open",
  "high",
  "low",
  "close",
  "volume",
  "reason",
  "kept_source",
  "kept_line",
  "kept_open",
  "kept_high",
  "kept_low",
  "kept_close",
  "kept_volume",
  "text",
] as const

/** The first line of each list. */
export const listHeader = `${columns.join(",")}\n`

/** Written as the source of a kept row that the new cache had before. */
const newCacheName = "(the new cache)"

/**
 * One fate's rows of an entry as CSV lines without the header. `time` is an instant with `Z`, or without it what the
 * file says where its instant cannot be told; a line that is no row at all stands in `text`.
 */
export const listRows = ({ plan, merged, texts }: PlannedEntry, present: Bars, fate: ListedFate): string => {
  const lines: Array<string> = []
  const start = [plan.symbol, plan.timeframe]
  const rowCells = (source: number, row: number): ReadonlyArray<string> => {
    const each = texts[source] as NonNullable<PlannedEntry["texts"][number]>
    const isRefused = each.times.refused.has(row)
    const time = (isRefused ? each.text.bars.openTime[row] : each.times.openTime[row]) as number
    return [
      ...start,
      pathOf(plan, source),
      String(each.text.lines[row]),
      isRefused ? isoTime(time).replace("Z", "") : isoTime(time),
      ...valuesAt(each.text.bars, row).map(numberText),
    ]
  }
  if (fate === "refused") {
    for (const { source, row, why } of merged.refused) lines.push(csvLine([...rowCells(source, row), why]))
    for (const [source, each] of texts.entries()) {
      for (const [row, why] of each?.times.refused ?? []) lines.push(csvLine([...rowCells(source, row), why]))
      for (const { line, text, issue } of each?.text.unreadable ?? [])
        lines.push(
          namedLine({
            symbol: plan.symbol,
            timeframe: plan.timeframe,
            source: pathOf(plan, source),
            line: String(line),
            reason: issue,
            text,
          }),
        )
    }
    return lines.join("")
  }
  for (const met of merged[fate]) {
    const { kept } = met
    const isPresent = kept.source < 0
    const bars = isPresent ? present : (texts[kept.source]?.text.bars as Bars)
    lines.push(
      csvLine([
        ...rowCells(met.source, met.row),
        "why" in met ? met.why : "equal",
        isPresent ? newCacheName : pathOf(plan, kept.source),
        isPresent ? "" : String(texts[kept.source]?.text.lines[kept.row]),
        ...valuesAt(bars, kept.row).map(numberText),
      ]),
    )
  }
  return lines.join("")
}

const pathOf = (plan: EntryPlan, source: number): string => plan.sources[source]?.path ?? ""

/** The shortest text that reads back to the same double; empty for NaN. */
const numberText = (value: number): string =>
  Number.isNaN(value) ? "" : Object.is(value, -0) ? "-0" : String(value)

const csvLine = (cells: ReadonlyArray<string>): string => {
  const all = columns.map((_, index) => cells[index] ?? "")
  return `${all.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`
}

/** A line with some of the columns, by their names. */
const namedLine = (cells: { readonly [column in (typeof columns)[number]]?: string }): string =>
  csvLine(columns.map((name) => cells[name] ?? ""))

/** Adds a list's rows up again, by entry `SYMBOL TIMEFRAME`. @throws {RangeError} for a line that is none of a list */
export const sumList = (text: string): ReadonlyMap<string, RowSum> => {
  if (!text.startsWith(listHeader)) throw new RangeError("the first line is not that of a list of rows")
  const summers = new Map<string, RowSummer>()
  const { data, errors } = Papa.parse<Array<string>>(text.slice(listHeader.length), {
    delimiter: ",",
    newline: "\n",
  })
  const error = errors.find(({ type }) => type !== "Delimiter")
  if (error !== undefined) throw new RangeError(`row ${error.row}: ${error.message}`)
  for (const cells of data) {
    if (cells.length === 1 && cells[0] === "") continue
    if (cells.length !== columns.length) throw new RangeError(`a line has ${cells.length} fields`)
    const key = `${cells[0]} ${cells[1]}`
    const summer = summers.get(key) ?? new RowSummer()
    summers.set(key, summer)
    addRow(summer, cells)
  }
  return new Map([...summers].map(([key, summer]) => [key, summer.result()]))
}

const addRow = (summer: RowSummer, cells: ReadonlyArray<string>): void => {
  const time = cells[4] as string
  if (time === "") return summer.addText(cells.at(-1) as string)
  const values = cells.slice(5, 10).map((cell) => (cell === "" ? Number.NaN : Number(cell)))
  const isInstant = time.endsWith("Z")
  summer.addBar(
    isInstant ? "bar" : "written",
    parseIsoTime(isInstant ? time : `${time}Z`),
    values as unknown as RowValues,
  )
}
