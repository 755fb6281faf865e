import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { type BarPage, barCount, concatBars, type Instrument, type TimeRange } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import { Temporal } from "temporal-polyfill"
import { assert } from "vitest"

const fixtureText = (name: string): string =>
  readFileSync(join(import.meta.dirname, "fixtures", name), "utf8")

export const readFixture = (name: string): unknown => JSON.parse(fixtureText(name))

const sharedFolder =
  process.env["BARKEEP_SHARED_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data")

/** A recorded file of the optional test data, as text; `undefined` where that folder is not there. */
export const readShared = (path: string): string | undefined => {
  const file = join(sharedFolder, path)
  if (!existsSync(file)) return undefined
  const bytes = readFileSync(file)
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")
}

export const key = "K3Y7SECRET9QWERTY"

export const newYork = "America/New_York"

export const stock = (symbol = "IBM", market = "XNYS", timeZone = newYork): Instrument => ({
  symbol,
  assetClass: "stock",
  market,
  timeZone,
  currency: "USD",
})

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** The instant at which New York's clocks show `YYYY-MM-DD HH:MM`. */
export const local = (text: string, timeZone = newYork): number =>
  Temporal.PlainDateTime.from(text.replace(" ", "T")).toZonedDateTime(timeZone).epochMilliseconds

export const localRange = (from: string, to: string): TimeRange => ({ from: local(from), to: local(to) })

/** What New York's clocks show, `YYYY-MM-DD HH:MM:SS`. */
export const wall = (time: number, timeZone = newYork): string =>
  Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toString({ smallestUnit: "second" })
    .replace("T", " ")

export const barsOf = (pages: ReadonlyArray<BarPage>) => concatBars(pages.map((page) => page.bars))

export const rowsOf = (pages: ReadonlyArray<BarPage>): number => barCount(barsOf(pages))

/** The pages before the failure, and the failure. */
export const untilFailure = async (pages: AsyncIterable<BarPage>) => {
  const before: Array<BarPage> = []
  try {
    for await (const page of pages) before.push(page)
  } catch (error) {
    assert.instanceOf(error, ProviderError)
    return { pages: before, error, reason: error.reason }
  }
  return assert.fail("no failure")
}
