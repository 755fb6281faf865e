import { barEnd, type EpochMillis, openTimeOf } from "@barkeep/market-data"
import type { FileFault } from "../faults.ts"
import type { ArchiveKey } from "./archive-key.ts"
import { unitOf } from "./csv-rows.ts"

/** A fault that changes what a file holds, and its checksum with it. */
export type FileDefect = Exclude<FileFault["type"], "truncated-zip" | "wrong-checksum">

export const isFileDefect = (type: string): type is FileDefect => Object.hasOwn(defects, type)

/** The rows with the defect in them; the same text when they offer no room for it. */
export const damagedCsv = (csv: string, key: ArchiveKey, defect: FileDefect): string =>
  defects[defect](csv.split("\n").slice(0, -1), key)
    .map((row) => `${row}\n`)
    .join("")

type Rows = ReadonlyArray<string>

const hour = 3_600_000
const day = 24 * hour

const defects: { readonly [defect in FileDefect]: (rows: Rows, key: ArchiveKey) => Rows } = {
  // A digit more in one volume, as if trades had been added.
  "republished-file": (rows) =>
    rows.map((row, index) => (index === rows.length >> 1 ? replaceCell(row, 5, (text) => `${text}1`) : row)),
  "off-grid-rows": (rows, key) => {
    const from = middleDay(key) + 8 * hour
    const isLate = (row: string): boolean => openTimeIn(row) >= from && openTimeIn(row) < from + 4 * hour
    // Coarse bars have none in these hours: the day's first one takes the blow.
    const hit = rows.some(isLate) ? isLate : (row: string) => openTimeIn(row) === middleDay(key)
    return rows.map((row) => (hit(row) ? shifted(row, 14_789) : row))
  },
  "missing-rows": (rows, key) => {
    const from = key.kind === "daily" ? key.range.from + 18 * hour + 50 * 60_000 : middleDay(key)
    const to = key.kind === "daily" ? key.range.to : from + day
    return rows.filter((row) => openTimeIn(row) < from || openTimeIn(row) >= to)
  },
  "missing-mondays": (rows, { timeframe, range }) =>
    timeframe === "1w" ? rows.filter((row) => barEnd(timeframe, openTimeIn(row)) <= range.to) : rows,
}

/** The middle day of a month; a day itself. */
const middleDay = ({ range }: ArchiveKey): EpochMillis => openTimeOf("1d", (range.from + range.to) / 2 - 1)

const openTimeIn = (row: string): EpochMillis => {
  const time = Number(row.slice(0, row.indexOf(",")))
  return time > 1e14 ? time / 1000 : time
}

const shifted = (row: string, millis: number): string => {
  const late = (text: string): string => String(Number(text) + millis * unitOf(openTimeIn(row)))
  return replaceCell(replaceCell(row, 6, late), 0, late)
}

const replaceCell = (row: string, index: number, change: (text: string) => string): string =>
  row
    .split(",")
    .map((cell, position) => (position === index ? change(cell) : cell))
    .join(",")
