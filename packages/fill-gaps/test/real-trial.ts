import { type Bars, barCount, equalRow, firstRowAtOrAfter, takeRows } from "@barkeep/market-data"
import { fillGaps, type FillReport } from "../src/fill-gaps.ts"
import { barsProvider } from "./bars-provider.ts"
import { memoryJournal, memoryStore } from "./memory-store.ts"
import { makeRandom } from "./random.ts"
import type { RealPair } from "./real-pairs.ts"
import { reportOf } from "./report-of.ts"

/** What came of removing ranges of one recording and filling them from the other. */
export interface RealTrial {
  readonly report: FillReport
  readonly calls: number
  /** Rows that were not removed and are not as they were. */
  readonly changedRows: number
  /** Filled rows that are not the donor's, but for a volume that was left out. */
  readonly foreignRows: number
  /** Filled rows whose close differs from the removed one by more than 0.5 %. */
  readonly wrongRows: number
  /** The largest difference of a filled close from the removed one. */
  readonly worst: number
}

/** Removes `count` ranges of 1 to 12 bars where both have rows. */
export const runRealTrial = async (pair: RealPair, count: number, seed: number): Promise<RealTrial> => {
  const random = makeRandom(seed)
  const donorBars = pair.donor()
  const own = nearDonor(pair.own(), donorBars)
  const removed = new Set<number>()
  const rows = barCount(own)
  for (let hole = 0; hole < count; hole += 1) {
    const first = random.integer(45, rows - 60)
    const length = random.integer(1, 12)
    for (let row = first; row < first + length; row += 1) {
      const time = own.openTime[row] as number
      if (donorBars.openTime[firstRowAtOrAfter(donorBars.openTime, time)] === time) removed.add(row)
    }
  }
  const kept = takeRows(
    own,
    Array.from({ length: rows }, (_, row) => row).filter((row) => !removed.has(row)),
  )
  const store = memoryStore()
  const description = { instrument: pair.instrument, timeframe: pair.timeframe, adjustment: pair.adjustment }
  store.add(description, kept)
  const now = (own.openTime.at(-1) as number) + 40 * 86_400_000
  const donor = barsProvider(donorBars, {
    timeframe: pair.timeframe,
    adjustment: pair.donorAdjustment,
    assetClasses: [pair.instrument.assetClass],
    now,
  })
  const report = await fillGaps({
    ...(await reportOf(store, [description], now)),
    store,
    journal: memoryJournal(),
    donors: [{ id: "donor", provider: donor }],
    reasons: ["unknown"],
    maxGapHours: 24 * 40,
    clock: { now: () => now, sleep: async () => {} },
  })
  return {
    report,
    calls: donor.asked.length,
    ...compare(own, kept, donorBars, store.bars(pair.instrument.symbol, pair.timeframe)),
  }
}

const nearDonor = (own: Bars, donor: Bars): Bars => {
  const from = firstRowAtOrAfter(own.openTime, donor.openTime[0] as number)
  const to = firstRowAtOrAfter(own.openTime, (donor.openTime.at(-1) as number) + 1)
  return takeRows(
    own,
    Array.from({ length: Math.min(3000, to - from) }, (_, row) => from + row),
  )
}

const compare = (
  own: Bars,
  kept: Bars,
  donor: Bars,
  result: Bars,
): Pick<RealTrial, "changedRows" | "foreignRows" | "wrongRows" | "worst"> => {
  const keptTimes = new Set(kept.openTime)
  let [changedRows, foreignRows, wrongRows, worst] = [0, 0, 0, 0]
  for (const [row, time] of kept.openTime.entries()) {
    const at = firstRowAtOrAfter(result.openTime, time)
    if (result.openTime[at] !== time || !equalRow(kept, row, result, at)) changedRows += 1
  }
  for (const [row, time] of result.openTime.entries()) {
    if (keptTimes.has(time)) continue
    const at = firstRowAtOrAfter(donor.openTime, time)
    const isDonors =
      donor.openTime[at] === time &&
      (["open", "high", "low", "close"] as const).every((name) => donor[name][at] === result[name][row]) &&
      (Number.isNaN(result.volume[row]) || result.volume[row] === donor.volume[at])
    if (!isDonors) foreignRows += 1
    const before = firstRowAtOrAfter(own.openTime, time)
    if (own.openTime[before] !== time) continue
    const difference = Math.abs(Math.log((result.close[row] as number) / (own.close[before] as number)))
    worst = Math.max(worst, difference)
    if (difference > 0.005) wrongRows += 1
  }
  return { changedRows, foreignRows, wrongRows, worst }
}
