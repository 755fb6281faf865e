import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Instrument, TimeRange } from "@barkeep/market-data"
import { Temporal } from "temporal-polyfill"

export const readFixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", name), "utf8"))

/** Recorded answers, where that optional folder is there. */
export const recordings = join(
  process.env["BARKEEP_SHARED_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data"),
  "providers/yahoo",
)

export const hasRecordings = existsSync(recordings)

export const listRecordings = (folder: string): ReadonlyArray<string> => {
  const path = join(recordings, folder)
  return existsSync(path) ? readdirSync(path).toSorted() : []
}

export const readRecordedText = (path: string): string => readFileSync(join(recordings, path), "utf8")

export const readRecording = (path: string): unknown => JSON.parse(readRecordedText(path))

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** An instant by a zone's wall clock: `2025-03-20 09:30`. */
export const local = (text: string, timeZone = "America/New_York"): number =>
  Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime(timeZone).epochMilliseconds

/** What a zone's wall clock shows: `2025-03-20 09:30:00`. */
export const show = (time: number, timeZone = "America/New_York"): string =>
  Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "second" })
    .replace("T", " ")

export const localRange = (from: string, to: string, timeZone?: string): TimeRange => ({
  from: local(from, timeZone),
  to: local(to, timeZone),
})

export const stock = (
  symbol = "ACME",
  market = "XNYS",
  timeZone = "America/New_York",
  assetClass: Instrument["assetClass"] = "stock",
): Instrument => ({ symbol, assetClass, market, timeZone })

export const bitcoin: Instrument = {
  symbol: "BTCUSD",
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  base: "BTC",
  currency: "USD",
}

export const euro: Instrument = {
  symbol: "EURUSD=X",
  assetClass: "fx",
  market: "24/5",
  timeZone: "UTC",
  base: "EUR",
  currency: "USD",
}

/** A row of an answer: `[stamp in epoch milliseconds, open, high, low, close, volume]`. */
export type Row = readonly [number, ...ReadonlyArray<number | null>]

export interface AnswerParts {
  readonly symbol?: string
  readonly granularity?: string
  readonly timeZone?: string
  readonly currency?: string
  /** Epoch milliseconds. */
  readonly lastTradeAt?: number
  /** `[start, end]` of sessions, epoch milliseconds. */
  readonly sessions?: ReadonlyArray<readonly [number, number]>
  readonly events?: unknown
}

/** An answer of Yahoo as it would be sent, with single-precision prices. */
export const answerOf = (rows: ReadonlyArray<Row>, parts: AnswerParts = {}): unknown => {
  const column = (index: number): ReadonlyArray<number | null> =>
    rows.map((row) => {
      const cell = row[index] ?? null
      return cell === null || index === 5 ? cell : Math.fround(cell)
    })
  const { sessions } = parts
  return {
    chart: {
      result: [
        {
          meta: {
            currency: parts.currency ?? "USD",
            symbol: parts.symbol ?? "ACME",
            exchangeTimezoneName: parts.timeZone ?? "America/New_York",
            gmtoffset: -18_000,
            regularMarketTime: Math.floor((parts.lastTradeAt ?? Date.UTC(2025, 2, 20, 20)) / 1000),
            dataGranularity: parts.granularity ?? "1d",
            ...(sessions && {
              tradingPeriods: sessions.map(([start, end]) => [
                { start: start / 1000, end: end / 1000, gmtoffset: -18_000 },
              ]),
            }),
          },
          ...(rows.length > 0 && { timestamp: rows.map(([stamp]) => stamp / 1000) }),
          ...(parts.events !== undefined && { events: parts.events }),
          indicators: {
            quote: [
              rows.length === 0
                ? {}
                : { volume: column(5), close: column(4), open: column(1), low: column(3), high: column(2) },
            ],
          },
        },
      ],
      error: null,
    },
  }
}
