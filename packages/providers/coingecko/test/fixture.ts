import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Instrument } from "@barkeep/market-data"

export const readFixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", name), "utf8"))

const recordings = join(
  process.env["BARKEEP_SHARED_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data"),
  "providers/coingecko",
)

/** A recorded file of the optional test data; `undefined` where that folder is not there. */
export const readRecording = (path: string): unknown => {
  const file = join(recordings, path)
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined
}

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

/** A crypto pair: `pair("BTC", "USD")` is BTCUSD. */
export const pair = (base: string, currency = "USD"): Instrument => ({
  symbol: `${base}${currency}`,
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
  base,
  currency,
})

export const bitcoin = pair("BTC")
