import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Instrument } from "@barkeep/market-data"

export const readFixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, "fixtures", name), "utf8"))

const sharedFolder =
  process.env["BARKEEP_SHARED_DATA"] ?? join(import.meta.dirname, "../../../../../shared/data")

/** A recorded file of the optional test data, as text; `undefined` where that folder is not there. */
export const readShared = (path: string): string | undefined => {
  const file = join(sharedFolder, path)
  return existsSync(file) ? readFileSync(file, "utf8") : undefined
}

export const pair = (symbol: string): Instrument => ({
  symbol,
  assetClass: "crypto",
  market: "24/7",
  timeZone: "UTC",
})

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
