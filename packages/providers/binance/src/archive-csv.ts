import { allocateBars, type Bars, columns, sliceRows } from "@barkeep/market-data"
import * as Result from "effect/Result"
import { firstMicros } from "./klines-to-bars.ts"
import { endOfNumber, numberOf } from "./scan-number.ts"

/** Cells of a row: those of the REST answer, of which the first six are read. */
const rowCells = 12

/**
 * The bars of an archive file, in its order, or why it is none: twelve columns, with or without a header, times in
 * milliseconds or microseconds (told apart by their magnitude), prices and base volume plain decimals. A row with
 * fewer cells was cut off. Nothing is said of order, grid and period.
 */
export const archiveCsvToBars = async (bytes: Uint8Array): Promise<Result.Result<Bars, string>> => {
  const scanned = scanArchiveCsv(bytes)
  return scanned === undefined ? readArchiveCsv(bytes) : Result.succeed(scanned)
}

/**
 * The same in one pass over the bytes, for files exactly as Binance writes them: no quotes, no blanks, plain digits.
 * `undefined` for anything else, which is then read the long way and judged there.
 */
export const scanArchiveCsv = (bytes: Uint8Array): Bars | undefined => {
  let at = startOfRows(bytes)
  if (at === undefined) return undefined
  const bars = allocateBars(countLines(bytes, at))
  const targets = columns.map((name) => bars[name])
  let row = 0
  for (; at < bytes.length; row += 1) {
    for (let cell = 0; cell < rowCells; cell += 1) {
      const end = endOfNumber(bytes, at, cell > 0)
      if (end < 0) return undefined
      const target = targets[cell]
      if (target !== undefined) target[row] = numberOf(bytes, at, end)
      at = end + 1
      if (cell < rowCells - 1 && bytes[end] !== comma) return undefined
    }
    const time = bars.openTime[row] as number
    if (time >= firstMicros) bars.openTime[row] = time / 1000
    // The last line may end with the file.
    if (bytes[at - 1] === carriageReturn) at += 1
    if (at <= bytes.length && bytes[at - 1] !== newline) return undefined
  }
  return sliceRows(bars, 0, row)
}

const newline = 0x0a
const carriageReturn = 0x0d
const comma = 0x2c

/** Past the header where there is one; `undefined` when the first line is neither a header nor a row. */
const startOfRows = (bytes: Uint8Array): number | undefined => {
  const first = bytes[0] ?? 0
  if (first >= 0x30 && first <= 0x39) return 0
  const end = bytes.indexOf(newline)
  const line = new TextDecoder().decode(bytes.subarray(0, end < 0 ? bytes.length : end)).trim()
  if (!isHeader(line.split(","))) return undefined
  return end < 0 ? bytes.length : end + 1
}

const headerNames = ["opentime", "open", "high", "low", "close", "volume"]

const isHeader = (cells: ReadonlyArray<string>): boolean =>
  headerNames.every((name, index) => cells[index]?.toLowerCase().replace(/[^a-z]/g, "") === name)

const countLines = (bytes: Uint8Array, start: number): number => {
  let lines = 1
  for (let at = bytes.indexOf(newline, start); at >= 0; at = bytes.indexOf(newline, at + 1)) lines += 1
  return lines
}

const readArchiveCsv = async (bytes: Uint8Array): Promise<Result.Result<Bars, string>> => {
  // Loaded on demand: Binance's own files never get here.
  const { default: Papa } = await import("papaparse")
  const text = new TextDecoder().decode(bytes)
  const { data, errors } = Papa.parse<ReadonlyArray<string>>(text, { delimiter: ",", skipEmptyLines: true })
  const [problem] = errors
  if (problem !== undefined) return Result.fail(`row ${problem.row ?? 0}: ${problem.message}`)
  const rows = data[0] !== undefined && isHeader(data[0]) ? data.slice(1) : data
  const bars = allocateBars(rows.length)
  for (const [row, cells] of rows.entries()) {
    if (cells.length !== rowCells)
      return Result.fail(`row ${row} has ${cells.length} cells instead of ${rowCells}`)
    const values = cells.slice(0, columns.length)
    if (!values.every((cell, index) => (index === 0 ? /^\d+$/ : /^\d+(\.\d+)?$/).test(cell)))
      return Result.fail(`row ${row} has a cell that is no plain number`)
    for (const [index, name] of columns.entries()) bars[name][row] = Number(values[index])
    const time = bars.openTime[row] as number
    if (time >= firstMicros) bars.openTime[row] = time / 1000
  }
  return Result.succeed(bars)
}
