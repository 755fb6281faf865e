import type { TimeRange } from "@barkeep/market-data"
import type { Carry, OpenMissingRun } from "./carry.ts"
import { addThin, type MissingRun, noThinGaps, type ThinSummary } from "./gap.ts"
import { endOfBars, type ScanContext } from "./scan-context.ts"
import type { RowScan, SlotRun } from "./scan-rows.ts"
import { densityAtEnd, isTooBusyToBeThin, judgeThin, type Neighbourhood, thinEvidence } from "./thin-runs.ts"

/** What of the expected bars is absent, and what the next scan has to know of it. */
export interface Absence {
  /** Absent runs that end here and are not thin. */
  readonly runs: ReadonlyArray<MissingRun>
  readonly thinRuns: ReadonlyArray<MissingRun & { readonly evidence: string }>
  readonly thin: ThinSummary
  readonly carry: Carry
}

/** @param isLast a run that reaches the end is closed */
export const findAbsence = (
  expected: Float64Array,
  carry: Carry,
  isLast: boolean,
  scan: RowScan,
  context: ScanContext,
): Absence => {
  const absent = withCarried(scan.absent, carry.openRun)
  const last = absent.at(-1)
  const isOpen = last !== undefined && last.slot + last.slots === expected.length && !isLast
  const closed = isOpen ? absent.slice(0, -1) : absent
  const toRun = (run: SlotRun): MissingRun => toMissingRun(run, expected, carry.openRun, context)
  const verdicts = judgeAbsent(absent, expected.length, scan.flatRows, carry, context)
  const runs: Array<MissingRun> = []
  const thinRuns: Array<MissingRun & { readonly evidence: string }> = []
  let thin = noThinGaps
  for (const [index, slotRun] of closed.entries()) {
    const verdict = verdicts?.[index]
    if (verdict === undefined || touchesStop(toRun(slotRun), context.stops)) runs.push(toRun(slotRun))
    else {
      thin = addThin(thin, { gaps: 1, missingBars: slotRun.slots, longestBars: slotRun.slots })
      if (thinRuns.length < context.maxPlaces)
        thinRuns.push({ ...toRun(slotRun), evidence: thinEvidence(verdict) })
    }
  }
  return {
    runs,
    thinRuns,
    thin,
    carry: {
      state: scan.state,
      openRun: isOpen ? toOpenRun(last, expected, carry.openRun) : undefined,
      density: densityAtEnd(closed, expected.length, carry.density),
    },
  }
}

const judgeAbsent = (
  absent: ReadonlyArray<SlotRun>,
  slots: number,
  flatRows: number,
  carry: Carry,
  { longestThinBars }: ScanContext,
): ReadonlyArray<Neighbourhood | undefined> | undefined => {
  if (longestThinBars === 0) return undefined
  const verdicts = judgeThin(absent, carry.density, longestThinBars)
  let [thin, holes] = [0, 0]
  for (const [index, run] of absent.entries())
    if (verdicts[index] === undefined) holes += run.slots
    else thin += run.slots
  return isTooBusyToBeThin(thin, Math.max(thin, slots - holes), flatRows) ? undefined : verdicts
}

/** The runs of this scan, the first of them together with what was already absent before. */
const withCarried = (
  absent: ReadonlyArray<SlotRun>,
  carried: OpenMissingRun | undefined,
): ReadonlyArray<SlotRun> => {
  if (carried === undefined) return absent
  const [first, ...rest] = absent
  const before = carried.missingBars
  return first?.slot === 0
    ? [{ slot: -before, slots: before + first.slots }, ...rest]
    : [{ slot: -before, slots: before }, ...absent]
}

const toMissingRun = (
  run: SlotRun,
  expected: Float64Array,
  carried: OpenMissingRun | undefined,
  context: ScanContext,
): MissingRun => {
  const { start, lastMissing, missingBars } = toOpenRun(run, expected, carried)
  // The last bar before a break may be cut short by the next one.
  const next = expected[run.slot + run.slots] ?? Number.POSITIVE_INFINITY
  return { start, end: Math.min(endOfBars(context)(lastMissing), next), missingBars }
}

const toOpenRun = (
  run: SlotRun,
  expected: Float64Array,
  carried: OpenMissingRun | undefined,
): OpenMissingRun => {
  const end = run.slot + run.slots
  return {
    start: run.slot < 0 ? (carried?.start as number) : (expected[run.slot] as number),
    lastMissing: end <= 0 ? (carried?.lastMissing as number) : (expected[end - 1] as number),
    missingBars: run.slots,
  }
}

const touchesStop = (run: MissingRun, stops: ReadonlyArray<TimeRange>): boolean =>
  stops.some((stop) => stop.from < run.end && stop.to > run.start)
