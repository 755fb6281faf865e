import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { dateOfDays } from "@barkeep/market-data"

/** A row as text, without its line end. */
export type Line = string

const day = 86_400_000
const pad = (value: number): string => String(value).padStart(2, "0")

/** `YYYY-MM-DD` of a number of days after 1970-01-01, by the civil calendar. */
export const dateText = (days: number): string => {
  const { year, month, day: dayOfMonth } = dateOfDays(days)
  return `${year}-${pad(month)}-${pad(dayOfMonth)}`
}

/** `YYYY-MM-DD HH:MM:SS` of epoch milliseconds. */
export const timeText = (millis: number): string => {
  const within = ((millis % day) + day) % day
  const minutes = Math.floor(within / 60_000)
  return `${dateText(Math.floor(millis / day))} ${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}:00`
}

/** Open, high, low, close, volume of the `index`-th of a made series; the same for the same arguments. */
export const valuesOf = (index: number, base = 100): ReadonlyArray<number> => {
  const wave = (step: number): number => Math.round((base + 7 * Math.sin(step / 5) + step / 50) * 100) / 100
  const open = wave(index)
  const close = wave(index + 1)
  const high = Math.round((Math.max(open, close) + 0.5) * 100) / 100
  const low = Math.round((Math.min(open, close) - 0.5) * 100) / 100
  return [open, high, low, close, 1000 + (index % 37) * 10]
}

/** Rows of a market that never closes, from `first` on. */
export const cryptoLines = (
  first: number,
  count: number,
  stepMillis: number,
  options: { readonly base?: number; readonly extra?: string } = {},
): ReadonlyArray<Line> =>
  Array.from({ length: count }, (_, index) => {
    const time = first + index * stepMillis
    const cell = stepMillis >= day ? dateText(Math.floor(time / day)) : timeText(time)
    return `${[cell, ...valuesOf(index, options.base)].join(",")}${options.extra ?? ""}`
  })

/** Daily rows of weekdays from `first` (epoch milliseconds of a date) on, prices and volume by factors. */
export const weekdayLines = (
  first: number,
  days: number,
  options: { readonly base?: number; readonly price?: number; readonly startIndex?: number } = {},
): ReadonlyArray<Line> => {
  const factor = options.price ?? 1
  const lines: Array<Line> = []
  let index = options.startIndex ?? 0
  for (let count = 0; count < days; count += 1) {
    const days1970 = Math.floor(first / day) + count
    if ([0, 6].includes((days1970 + 4) % 7)) continue
    const [open, high, low, close, volume] = valuesOf(index, options.base) as [
      number,
      number,
      number,
      number,
      number,
    ]
    lines.push(
      [dateText(days1970), open * factor, high * factor, low * factor, close * factor, volume / factor].join(
        ",",
      ),
    )
    index += 1
  }
  return lines
}

export const header = "timestamp,open,high,low,close,volume"

export const csv = (lines: ReadonlyArray<Line>, head = header): string => `${[head, ...lines].join("\n")}\n`

/** Files by path below a folder; text, bytes, or an object for JSON. */
export type Files = { readonly [path: string]: string | Uint8Array | object }

export const writeTree = (folder: string, files: Files): string => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(
      file,
      typeof content === "string" || content instanceof Uint8Array
        ? content
        : JSON.stringify(content, null, 2),
    )
  }
  return folder
}

export const gzip = (text: string): Uint8Array => gzipSync(text)

/** Hashes of all files below a folder by path; without those that `skip` names. */
export const snapshot = (
  folder: string,
  skip: (path: string) => boolean = () => false,
): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {}
  if (!existsSync(folder)) return found
  for (const item of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name).slice(folder.length + 1)
    if (skip(path)) continue
    if (item.isDirectory()) found[`${path}/`] = "folder"
    else
      found[path] = createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex")
  }
  return found
}

/** The text of a data file of a cache. */
export const textOf = (file: string): string => gunzipSync(readFileSync(file)).toString("utf8")

export const linesOf = (file: string): ReadonlyArray<Line> => textOf(file).trimEnd().split("\n").slice(1)

const utc = (text: string): number => daysOf(text) * day

const daysOf = (text: string): number => {
  const [year, month, dayOfMonth] = text.split("-").map(Number) as [number, number, number]
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1
  return (
    era * 146_097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719_468
  )
}

/** Epoch milliseconds of a date's midnight UTC. */
export const at = utc

const written = "2026-03-01T12:00:00"

/** Metadata as the first generation had it, one file per year folder. */
export const yearFolderMetadata = (
  provider: string,
  symbol: string,
  interval: string,
  year: number,
): object => ({
  provider,
  symbol,
  interval,
  year,
  created_at: written,
  format: "csv",
  version: "1.0.0",
})

/** Metadata as the second generation had it, one file for all years. */
export const yearsMetadata = (
  provider: string,
  symbol: string,
  interval: string,
  years: ReadonlyArray<number>,
): object => ({
  years: Object.fromEntries(
    years.map((year) => [
      String(year),
      { provider, symbol, interval, year: String(year), created_at: written, last_modified: written },
    ]),
  ),
  provider,
  symbol,
  interval,
  last_updated: written,
})

/** Metadata of the unified cache. */
export const unifiedMetadata = (source: string, symbol: string, timeframe: string, year: number): object => ({
  symbol,
  timeframe,
  year,
  data_source: source,
  created_at: written,
  last_updated: written,
})
