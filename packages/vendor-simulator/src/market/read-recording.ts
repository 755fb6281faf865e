import { readFile } from "node:fs/promises"
import { promisify } from "node:util"
import { gunzip } from "node:zlib"
import { type EpochMillis, InvalidInput, isTimeframe, type Timeframe } from "@barkeep/market-data"
import { UnusableRecording } from "../errors.ts"
import {
  type CsvTable,
  type DuplicateRule,
  duplicateRules,
  type RecordedBars,
  recordedBars,
  type RecordedTimes,
} from "./recorded-bars.ts"

/** Recorded bars of one symbol and timeframe: a CSV file, plain or gzipped, or its text. */
export type Recording = {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Calendar of a symbol that trades in sessions and is not listed: `XNYS`. */
  readonly market?: string
  /** @default "first" */
  readonly duplicates?: DuplicateRule
} & ({ readonly path: string } | { readonly csv: string })

/** A recording that has been read. */
export interface LoadedRecording extends RecordedBars {
  readonly symbol: string
  readonly timeframe: Timeframe
  /** The path, or symbol and timeframe of a text. */
  readonly name: string
}

/** A recording that is being served, and all that was done to it. */
export interface RecordingSummary extends Omit<RecordedBars, "bars"> {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly name: string
  readonly rows: number
  readonly firstOpenTime: EpochMillis
  readonly lastOpenTime: EpochMillis
}

export const summarizeRecording = ({ bars, ...recording }: LoadedRecording): RecordingSummary => ({
  ...recording,
  rows: bars.openTime.length,
  firstOpenTime: bars.openTime[0] as number,
  lastOpenTime: bars.openTime.at(-1) as number,
})

/**
 * Reads a recording whole.
 * @param times how its times are read, where they are not those of UTC
 * @throws {InvalidInput} when the timeframe or the rule for duplicates is none
 * @throws {UnusableRecording} when the file cannot be read, or is not what `recordedBars` accepts
 */
export const readRecording = async (
  recording: Recording,
  times?: RecordedTimes,
): Promise<LoadedRecording> => {
  const { symbol, timeframe, duplicates = "first" } = recording
  if (!isTimeframe(timeframe) || !duplicateRules.includes(duplicates))
    throw new InvalidInput({
      field: `data: ${symbol}`,
      value: `${timeframe} ${duplicates}`,
      expected: `a timeframe and one of ${duplicateRules.join(" ")}`,
    })
  const name = "path" in recording ? recording.path : `${symbol} ${timeframe}`
  const text = "path" in recording ? await readText(recording.path) : recording.csv
  const table = await parseCsv(text)
  return {
    symbol,
    timeframe,
    name,
    ...recordedBars(table, { name, timeframe, duplicates, ...(times && { times }) }),
  }
}

const readText = async (path: string): Promise<string> => {
  try {
    const bytes = await readFile(path)
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b
    return new TextDecoder("utf-8", { fatal: true }).decode(isGzip ? await promisify(gunzip)(bytes) : bytes)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new UnusableRecording({
      path,
      what: `cannot be read (${reason})`,
      advice: "give a CSV or CSV.gz file",
      cause,
    })
  }
}

const parseCsv = async (text: string): Promise<CsvTable> => {
  // Loaded on demand: most simulators serve no recording.
  const { default: Papa } = await import("papaparse")
  const { data } = Papa.parse<ReadonlyArray<string>>(text, { skipEmptyLines: true })
  const [header = [], ...rows] = data
  return { header, rows }
}
