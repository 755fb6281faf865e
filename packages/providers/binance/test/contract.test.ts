import { type Bars, barsFromRows, sliceBars, type Timeframe } from "@barkeep/market-data"
import type { FetchFunction } from "@barkeep/provider-kit"
import { barProviderConformance, createVirtualClock } from "@barkeep/provider-kit/testing"
import { startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, it } from "vitest"
import { createBinance } from "../src/index.ts"
import { day, hour, minute, pair } from "./fixture.ts"

// The simulated vendor and the provider under test share a clock that stands still between two questions.
const now = Date.UTC(2024, 5, 3, 12, 34, 56, 789)
const clock = createVirtualClock(now)

/** Hours with holes and tiny prices, known row by row. */
const recordedFrom = Date.UTC(2024, 1, 1)
const recorded: Bars = barsFromRows(
  Array.from({ length: 2600 }, (_, index) => {
    const open = Number((0.001 * (1 + Math.sin(index / 9) / 3)).toFixed(8))
    return {
      openTime: recordedFrom + index * hour,
      open,
      high: Number((open * 1.01).toFixed(8)),
      low: Number((open * 0.99).toFixed(8)),
      close: open,
      volume: index % 7,
    }
  }).filter((_row, index) => index % 11 !== 3 && !(index > 700 && index < 900)),
)
const csv = [
  "timestamp,open,high,low,close,volume",
  ...Array.from(recorded.openTime, (time, row) =>
    [
      time,
      ...[recorded.open, recorded.high, recorded.low, recorded.close, recorded.volume].map((column) =>
        (column[row] ?? 0).toFixed(8),
      ),
    ].join(),
  ),
].join("\n")

let simulator: VendorSimulator
beforeAll(async () => {
  simulator = await startVendorSimulator({ clock, data: [{ symbol: "HOLEYUSDT", timeframe: "1h", csv }] })
})
afterAll(() => simulator.close())

const makeProvider = ({ fetch }: { readonly fetch: FetchFunction }) =>
  createBinance({ baseUrl: simulator.urls.BARKEEP_BINANCE_URL, fetch, clock, backoffMillis: 1 })

const setups: ReadonlyArray<readonly [Timeframe, number, number]> = [
  ["1m", Date.UTC(2024, 2, 1), 2500 * minute],
  ["1h", Date.UTC(2017, 7, 17), 2100 * hour],
  ["1d", Date.UTC(2020, 0, 1), 1461 * day],
  ["1w", Date.UTC(2019, 0, 7), 160 * 7 * day],
  ["1mo", Date.UTC(2018, 0, 1), 2191 * day],
]

describe.each(setups)("Binance %s", (timeframe, from, length) => {
  const cases = barProviderConformance({
    makeProvider,
    instrument: pair("BTCUSDT"),
    timeframe,
    range: { from: from + 1, to: from + length },
    emptyRange: { from: Date.UTC(2016, 0, 1), to: Date.UTC(2016, 6, 1) },
    unknownInstrument: pair("NOSUCHUSDT"),
    unsupportedTimeframe: "7m" as Timeframe,
    now: clock.now,
    presentRange: { from: now - 40 * day, to: now + 40 * day },
  })
  it.each(cases)("$name", ({ run }) => run())
})

describe("Binance hours with holes", () => {
  const cases = barProviderConformance({
    makeProvider,
    instrument: pair("HOLEYUSDT"),
    timeframe: "1h",
    range: { from: recordedFrom, to: recordedFrom + 2600 * hour },
    expectedBars: recorded,
    emptyRange: { from: recordedFrom + 701 * hour, to: recordedFrom + 900 * hour },
    unknownInstrument: pair("no such symbol"),
  })
  it.each(cases)("$name", ({ run }) => run())
})

/** What a plan calls a request; questions whether a hole is one are in no plan. */
const archiveEndpointOf = ({ pathname }: URL): string | undefined =>
  /^\/data\/spot\/(monthly|daily)\//.exec(pathname)?.[1]?.replace(/^/, "archive ")

const makeWithArchive = ({ fetch }: { readonly fetch: FetchFunction }) =>
  createBinance({
    baseUrl: simulator.urls.BARKEEP_BINANCE_URL,
    archiveUrl: simulator.urls.BARKEEP_BINANCE_ARCHIVE_URL,
    archive: "always",
    fetch,
    clock,
    backoffMillis: 1,
  })

const archived: ReadonlyArray<readonly [Timeframe, string, number, number]> = [
  ["1m", "BTCUSDT", Date.UTC(2024, 3, 30, 12) + 1, Date.UTC(2024, 4, 2)],
  ["1h", "BTCUSDT", Date.UTC(2024, 2, 20) + 1, Date.UTC(2024, 4, 2)],
  ["1w", "PEPEUSDT", Date.UTC(2023, 5, 1), Date.UTC(2024, 4, 1)],
]

describe.each(archived)("Binance's archive %s", (timeframe, symbol, from, to) => {
  const cases = barProviderConformance({
    makeProvider: makeWithArchive,
    instrument: pair(symbol),
    timeframe,
    range: { from, to },
    emptyRange: { from: Date.UTC(2017, 5, 20), to: Date.UTC(2017, 7, 1) },
    unknownInstrument: pair("NOSUCHUSDT"),
    unsupportedTimeframe: "7m" as Timeframe,
    now: clock.now,
    presentRange: { from: now - 8 * day, to: now + 40 * day },
    endpointOf: archiveEndpointOf,
  })
  it.each(cases)("$name", ({ run }) => run())
})

describe("Binance's archive, hours with holes", () => {
  const range = { from: recordedFrom, to: Date.UTC(2024, 4, 1) }
  const cases = barProviderConformance({
    makeProvider: makeWithArchive,
    instrument: pair("HOLEYUSDT"),
    timeframe: "1h",
    range,
    expectedBars: sliceBars(recorded, range),
    emptyRange: { from: recordedFrom + 701 * hour, to: recordedFrom + 900 * hour },
    unknownInstrument: pair("no such symbol"),
    endpointOf: archiveEndpointOf,
  })
  it.each(cases)("$name", ({ run }) => run())
})
