import { type EpochMillis, isoTime, openTimeOf, type Timeframe } from "@barkeep/market-data"
import { UnusableRecording } from "../errors.ts"
import { parseTimeText } from "./parse-time-text.ts"
import { type MarketColumn, marketColumns } from "./market-columns.ts"
import { type TextBars, textBars, type TextRow } from "./text-bars.ts"

/** What to do with rows that share an open time: refuse the file, or keep the first or last one in file order. */
export type DuplicateRule = "refuse" | "first" | "last"

export const duplicateRules: ReadonlyArray<DuplicateRule> = ["refuse", "first", "last"]

/** A table of texts, its header apart. */
export interface CsvTable {
  readonly header: ReadonlyArray<string>
  readonly rows: ReadonlyArray<ReadonlyArray<string>>
}

/** A recording as it was found: nothing of it was changed without being counted here. */
export interface RecordedBars {
  readonly bars: TextBars
  /** Rows of the file that are of the timeframe. */
  readonly fileRows: number
  /** The file was newest first. */
  readonly reversed: boolean
  /** Rows left out because another one has their open time. */
  readonly duplicates: number
  /** Those of them whose prices or volume differ from the row that was kept. */
  readonly conflicts: number
}

interface Expected {
  /** How messages call the recording. */
  readonly name: string
  readonly timeframe: Timeframe
  readonly duplicates: DuplicateRule
  readonly times?: RecordedTimes
}

/** How the times of a recording are read, where they are not those of UTC. */
export interface RecordedTimes {
  /** The open time that a text means. */
  readonly parse: (text: string) => EpochMillis | undefined
  readonly isOpenTime: (time: EpochMillis) => boolean
}

type Cells = { readonly [column in MarketColumn]: string }

type Refuse = (what: string, advice: string) => never

interface Row extends TextRow {
  /** Line of the file, the header being line 1. */
  readonly line: number
}

/**
 * The bars of a table whose columns are found by name, in any order and case: a time (`timestamp`, `open_time`,
 * `unix`, `datetime`, `date` or `time`), `open`, `high`, `low`, `close`, `volume`, and where they are there
 * `quote_volume`, `trades`, `taker_volume`, `taker_quote_volume` (else 0). A column `timeframe` or `interval`
 * picks the rows of that timeframe. Number texts stay as they are (but for
 * exponents, which are written out), holes stay holes, rows may be oldest first or
 * newest first.
 * @throws {UnusableRecording} when a column is missing, a cell is no time or no plain decimal, an open time is off
 *   the timeframe's grid, the order is mixed, several symbols are in it, or rows share an open time and
 *   `duplicates` is `refuse`
 */
export const recordedBars = (table: CsvTable, expected: Expected): RecordedBars => {
  const refuse: Refuse = (what, advice) => {
    throw new UnusableRecording({ path: expected.name, what, advice })
  }
  checkOneSymbol(table, refuse)
  const rows = readRows(table, expected, refuse)
  const reversed = isNewestFirst(rows, refuse)
  const kept = keepOnePerOpenTime(rows, expected.duplicates, refuse)
  const ascending = reversed ? kept.rows.toReversed() : kept.rows
  return {
    bars: textBars(ascending),
    fileRows: rows.length,
    reversed,
    duplicates: rows.length - kept.rows.length,
    conflicts: kept.conflicts,
  }
}

const timeNames = ["timestamp", "open_time", "opentime", "unix", "datetime", "date", "time"]

/** Names of each column; the first that the header has counts. */
const columnNames: { readonly [column in MarketColumn]: ReadonlyArray<string | RegExp> } = {
  open: ["open"],
  high: ["high"],
  low: ["low"],
  close: ["close"],
  // CryptoDataDownload writes "Volume BTC" and "Volume USDT", base first.
  volume: ["volume", /^volume \S+$/],
  quoteVolume: [
    "quote_volume",
    "quotevolume",
    "quote_asset_volume",
    "volume usdt",
    "volume busd",
    "volume usdc",
  ],
  trades: ["trades", "tradecount", "number_of_trades", "count"],
  takerVolume: ["taker_volume", "taker_buy_volume", "taker_buy_base_asset_volume"],
  takerQuoteVolume: ["taker_quote_volume", "taker_buy_quote_volume", "taker_buy_quote_asset_volume"],
}
const required: ReadonlyArray<MarketColumn> = ["open", "high", "low", "close", "volume"]

const readRows = (
  table: CsvTable,
  { timeframe, times = utcTimes(timeframe) }: Expected,
  refuse: Refuse,
): ReadonlyArray<Row> => {
  const timeColumn = findColumn(table.header, timeNames)
  if (timeColumn < 0)
    refuse(`no time column in the header "${table.header.join(",")}"`, `name one ${timeNames[0]}`)
  const columns = marketColumns.map((name) => [name, findColumn(table.header, columnNames[name])] as const)
  for (const [name, index] of columns)
    if (index < 0 && required.includes(name))
      refuse(
        `no column ${name} in the header "${table.header.join(",")}"`,
        "name the columns in the first line",
      )
  const timeframeColumn = findColumn(table.header, ["timeframe", "interval"])

  const rows: Array<Row> = []
  for (const [index, cells] of table.rows.entries()) {
    const line = index + 2
    if (timeframeColumn >= 0 && !sameTimeframe(cells[timeframeColumn], timeframe)) continue
    const timeText = cells[timeColumn]?.trim() ?? ""
    const openTime = times.parse(timeText)
    if (openTime === undefined)
      return refuse(`line ${line}: "${timeText}" is no time`, "use ISO 8601 in UTC or epoch milliseconds")
    if (!times.isOpenTime(openTime))
      refuse(
        `line ${line}: ${isoTime(openTime)} is not an open time of ${timeframe}`,
        "check timeframe and labels",
      )
    rows.push({ line, openTime, ...readCells(cells, columns, line, refuse) })
  }
  if (rows.length === 0) refuse(`no ${timeframe} row in it`, "check the timeframe")
  return rows
}

const utcTimes = (timeframe: Timeframe): RecordedTimes => ({
  parse: parseTimeText,
  isOpenTime: (time) => openTimeOf(timeframe, time) === time,
})

const readCells = (
  cells: ReadonlyArray<string>,
  columns: ReadonlyArray<readonly [MarketColumn, number]>,
  line: number,
  refuse: Refuse,
): Cells =>
  Object.fromEntries(
    columns.map(([name, index]) => {
      const text = cells[index]?.trim() ?? ""
      const decimal = plainDecimal(text)
      if (decimal !== undefined) return [name, decimal]
      if (required.includes(name))
        refuse(
          `line ${line}: ${name} "${text}" is no plain decimal`,
          "only complete rows of decimals can be served",
        )
      return [name, "0"]
    }),
  ) as Cells

/** The text itself when it is a plain decimal, one with an exponent written out; `undefined` for anything else. */
const plainDecimal = (text: string): string | undefined => {
  if (/^\d+(\.\d+)?$/.test(text)) return text
  const match = /^(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/.exec(text)
  if (match === null) return undefined
  const [, whole = "", fraction = "", exponent = ""] = match
  const point = whole.length + Number(exponent)
  const digits = (whole + fraction)
    .padEnd(point, "0")
    .padStart(whole.length + fraction.length + Math.max(0, 1 - point), "0")
  const split = Math.max(1, point)
  return digits.length === split ? digits : `${digits.slice(0, split)}.${digits.slice(split)}`
}

const findColumn = (header: ReadonlyArray<string>, names: ReadonlyArray<string | RegExp>): number => {
  for (const name of names) {
    const index = header.findIndex((cell) => {
      const text = cell.trim().toLowerCase()
      return typeof name === "string" ? text === name : name.test(text)
    })
    if (index >= 0) return index
  }
  return -1
}

const sameTimeframe = (cell: string | undefined, timeframe: Timeframe): boolean =>
  (cell === "1M" ? "1mo" : cell) === timeframe

const checkOneSymbol = (table: CsvTable, refuse: Refuse): void => {
  const column = findColumn(table.header, ["symbol"])
  if (column < 0) return
  const symbols = new Set(table.rows.map((cells) => cells[column]))
  if (symbols.size > 1)
    refuse(
      `${symbols.size} symbols in it: ${[...symbols].slice(0, 3).join(", ")}`,
      "split the file by symbol",
    )
}

const isNewestFirst = (rows: ReadonlyArray<Row>, refuse: Refuse): boolean => {
  const newestFirst = (rows.at(-1) as Row).openTime < (rows[0] as Row).openTime
  for (let index = 1; index < rows.length; index += 1) {
    const row = rows[index] as Row
    const step = row.openTime - (rows[index - 1] as Row).openTime
    if (newestFirst ? step > 0 : step < 0)
      refuse(`line ${row.line}: rows are neither oldest nor newest first`, "sort the file by time")
  }
  return newestFirst
}

const keepOnePerOpenTime = (
  rows: ReadonlyArray<Row>,
  rule: DuplicateRule,
  refuse: Refuse,
): { readonly rows: ReadonlyArray<Row>; readonly conflicts: number } => {
  const kept: Array<Row> = []
  let conflicts = 0
  // In a file of one direction, rows that share an open time are neighbours.
  for (const row of rows) {
    const last = kept.at(-1)
    if (last?.openTime !== row.openTime) {
      kept.push(row)
      continue
    }
    if (rule === "refuse")
      refuse(
        `line ${row.line}: ${isoTime(row.openTime)} is there again (first in line ${last.line})`,
        "say which to serve: duplicates first or last",
      )
    if (required.some((name) => Number(row[name]) !== Number(last[name]))) conflicts += 1
    if (rule === "last") kept[kept.length - 1] = row
  }
  return { rows: kept, conflicts }
}
