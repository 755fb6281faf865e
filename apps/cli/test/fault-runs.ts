import { openCache } from "@barkeep/cache-core"
import { type Bars, barCount, type BarStore, type TimeRange, valueColumns } from "@barkeep/market-data"
import { populate, type PopulateReport, type PopulateTask } from "@barkeep/populate"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { classifyTicker } from "@barkeep/ticker-classifier"
import {
  defaultSessionListings,
  type FaultRule,
  startVendorSimulator,
  type VendorSimulator,
} from "@barkeep/vendor-simulator"
import { exitCodeOfReport } from "../src/populate-output.ts"
import { temporaryFolder } from "./barkeep.ts"
import type { Target } from "./fault-menu.ts"

const day = 86_400_000

/** A Wednesday, in New York's session. */
export const now = Date.UTC(2024, 9, 16, 15, 7, 31)
export const clock = createVirtualClock(now)

/** With years of history fewer: whoever asks for all of it waits for its making. */
const sessionListings = defaultSessionListings.map((listing) => ({
  ...listing,
  listedAt: Math.max(listing.listedAt, Date.UTC(2024, 1, 1)),
}))

/** A vendor of its own for each run: what it remembers of pauses and bans is of no concern to the next. */
const simulate = (faults: ReadonlyArray<FaultRule>): Promise<VendorSimulator> =>
  startVendorSimulator({
    ...{ seed: 4, clock, faults, sessionListings },
    limits: { weightPerMinute: 1e9 },
    alphaVantage: { keys: { premiumK3Y: "premium" }, callsPerMinute: 1e6 },
    coingecko: { keys: { analystK3Y: "analyst" }, callsPerMinute: 1e6, cached: false },
  })

/** One run, and how often the faults have shaped its answers. */
export interface FaultRun {
  readonly tasks: ReadonlyArray<PopulateTask>
  readonly report: PopulateReport
  readonly fired: { readonly [fault: string]: number }
}

/** Populates what the target wants, up to `now`, from a vendor with these faults. */
export const runOnce = async (
  { provider, wanted }: Target,
  faults: ReadonlyArray<FaultRule>,
  store: BarStore,
): Promise<FaultRun> => {
  await using simulator = await simulate(faults)
  // One for all, so that a ban holds for all.
  const shared = provider(simulator.urls, clock)
  const tasks = wanted.map(([symbol, timeframe, days]) => ({
    instrument: classifyTicker(symbol).instrument,
    timeframe,
    range: { from: now - days * day, to: now },
    provider: shared,
  }))
  const report = await populate({ store, tasks, clock, concurrency: 1 })
  return { tasks, report, fired: simulator.counters().byFault }
}

export const newStore = () => openCache(temporaryFolder())

/** What the target has when nothing fails. */
export const fillRight = async (target: Target): Promise<BarStore> => {
  clock.set(now)
  const right = await newStore()
  const { report } = await runOnce(target, [], right)
  const code = exitCodeOfReport(report, [])
  if (code !== 0)
    throw new Error(`${target.name} without faults ended with ${code}: ${JSON.stringify(report.outcomes)}`)
  return right
}

/** What stored bars have that the fault-free ones have not, and open times that those have and the store has not. */
const compare = (stored: Bars, right: Bars, columns: ReadonlyArray<(typeof valueColumns)[number]>) => {
  const rowAt = new Map(Array.from(right.openTime, (time, row) => [time, row]))
  const wrong: Array<{ readonly time: number; readonly column: string }> = []
  const last = right.openTime.at(-1) ?? Number.NEGATIVE_INFINITY
  for (let row = 0; row < barCount(stored); row += 1) {
    const time = stored.openTime[row] as number
    // It has closed while the run waited for the vendor; the fault-free one did not have to wait.
    if (time > last) continue
    const other = rowAt.get(time)
    rowAt.delete(time)
    for (const column of columns)
      if (other === undefined || !Object.is(stored[column][row], right[column][other]))
        wrong.push({ time, column })
  }
  return { wrong, lost: [...rowAt.keys()] }
}

const holds = (ranges: ReadonlyArray<TimeRange>, time: number): boolean =>
  ranges.some(({ from, to }) => from <= time && time < to)

/** A store and what has been said about it so far. */
export interface Judged {
  readonly right: BarStore
  readonly store: BarStore
  /** What runs have named as answered without usable values, by task: settled then, and named once. */
  readonly named: Array<ReadonlyArray<TimeRange>>
  /** Files that were published anew have another volume, which is right then. */
  readonly isRepublished: boolean
}

/**
 * What is wrong after a run: bars that are not right and not marked as provisional; bars that are absent and not named by
 * a run that ended with 3; bars that are named as missing and are there, settled.
 */
export const complaintsOf = async (
  { tasks, report }: Pick<FaultRun, "tasks" | "report">,
  { right, store, named, isRepublished }: Judged,
): Promise<ReadonlyArray<string>> => {
  const found: Array<string> = []
  const columns = valueColumns.filter((column) => column !== "volume" || !isRepublished)
  const code = exitCodeOfReport(report, [])
  for (const [index, { instrument, timeframe }] of tasks.entries()) {
    const [stored, honest] = await Promise.all(
      [store, right].map((each) => each.read(instrument.symbol, timeframe)),
    )
    const { wrong, lost } = compare(stored as Bars, honest as Bars, columns)
    const spans = await store.provenance(instrument.symbol, timeframe)
    const provisional = spans.filter(({ settled }) => !settled)
    const believed = wrong.filter(({ time }) => !holds(provisional, time))
    const { missing = [], unusable = [], error } = report.outcomes[index] ?? {}
    named[index] = [...(named[index] ?? []), ...unusable]
    const unnamed = lost.filter(
      (time) => !(code === 3 && holds(missing, time)) && !holds(named[index] ?? [], time),
    )
    const overnamed = Array.from((stored as Bars).openTime).filter(
      (time) => holds(missing, time) && !holds(provisional, time),
    )
    const at = (time: number | undefined): string => new Date(time ?? 0).toISOString()
    const name = `${instrument.symbol} ${timeframe}`
    if (believed.length > 0)
      found.push(
        `${name}: ${believed[0]?.column} of ${at(believed[0]?.time)} and ${believed.length - 1} more are wrong`,
      )
    if (unnamed.length > 0)
      found.push(`${name}: ${unnamed.length} lost, not named, code ${code}, ${at(unnamed[0])}`)
    if (overnamed.length > 0) found.push(`${name}: ${overnamed.length} named and there, ${at(overnamed[0])}`)
    if (error !== undefined && missing.length === 0)
      found.push(`${name}: failed and names nothing: ${error.message}`)
  }
  return found
}
