import type { SlotRun } from "./scan-rows.ts"

/** Absent bars of the slots just before a scan, for each window. */
export type Density = ReadonlyArray<{ readonly absent: number; readonly runs: number }>

/** The other runs of absent bars around one. */
export interface Neighbourhood {
  /** Bars on each side. */
  readonly window: number
  readonly absent: number
  readonly runs: number
}

/** Slots on each side of a run that say how thin trading is around it. */
const windows = [120, 480, 1440]

/** Fewer other runs nearby say nothing about a thin market. */
const fewestRuns = 5

/** A run is too long when fewer than this many like it are to be expected around it. */
const leastExpected = Math.log(1e-4)

const nothing = { absent: 0, runs: 0 }

export const emptyDensity: Density = windows.map(() => ({ absent: 0, runs: 0 }))

/**
 * Tells silence of a thin market from a hole, by the other runs of absent bars around each.
 *
 * Where trades come at random, the lengths of runs without one are geometric: after an absent bar the next one is
 * absent too with probability `q = (absent - runs + 1) / (absent + 2)`, counted in the 120, 480 and 1440 expected bars
 * on each side. Then `runs * q^(length - 1)` runs of at least this length are to be expected there. When that is below
 * 0.0001 in every window, the run is no accident; the widest view that allows it decides, because trading is thicker
 * by day than by night. With fewer than 5 other runs in 1440 bars nothing is thin: a single missing minute of a busy
 * symbol is a hole.
 * @param runs ascending and disjoint; the first may begin before slot 0
 * @param before what the slots before slot 0 had
 * @param longest runs of more bars are never thin
 * @returns for each run what makes it thin; `undefined` for a hole
 */
export const judgeThin = (
  runs: ReadonlyArray<SlotRun>,
  before: Density,
  longest: number,
): ReadonlyArray<Neighbourhood | undefined> => {
  const sums = prefixSums(runs)
  return runs.map((run) => {
    if (run.slots > longest) return undefined
    for (let index = 0; index < windows.length; index += 1) {
      const near = neighbours(runs, sums, run, windows[index] as number, before[index] ?? nothing)
      if (near.runs < fewestRuns) continue
      const q = (near.absent - near.runs + 1) / (near.absent + 2)
      if (Math.log(near.runs) + (run.slots - 1) * Math.log(q) >= leastExpected) return near
    }
    return undefined
  })
}

/**
 * True when a series has as few bars of a single trade as a busy one. Where a share `q` of the bars has no trade, a
 * share of `-q * ln(q)` has exactly one, and such bars are flat: all four prices are one. Real thin markets have half
 * of that and more; below a tenth, absent bars have been lost, not untraded.
 * @param absent bars that were judged thin
 * @param bars expected ones, without those that were not judged thin
 * @param flat rows whose four prices are one
 */
export const isTooBusyToBeThin = (absent: number, bars: number, flat: number): boolean => {
  const q = absent / bars
  return absent > 0 && flat < -0.1 * q * Math.log(q) * bars
}

/** What makes a run thin, for people. */
export const thinEvidence = ({ window, absent, runs }: Neighbourhood): string =>
  `${Math.round(runs)} other silences in the ${2 * window} bars around, ${(absent / runs).toFixed(1)} bars long on average`

/** The density of the last slots of a scan, for the scan that follows. */
export const densityAtEnd = (runs: ReadonlyArray<SlotRun>, slots: number, before: Density): Density => {
  const sums = prefixSums(runs)
  return windows.map((window, index) => {
    const end: SlotRun = { slot: slots, slots: 0 }
    const near = neighbours(runs, sums, end, window, before[index] ?? nothing)
    return { absent: Math.round(near.absent), runs: Math.round(near.runs) }
  })
}

/** Absent bars before each run, and after the last. */
const prefixSums = (runs: ReadonlyArray<SlotRun>): Float64Array => {
  const sums = new Float64Array(runs.length + 1)
  for (let index = 0; index < runs.length; index += 1)
    sums[index + 1] = (sums[index] as number) + (runs[index] as SlotRun).slots
  return sums
}

/** The other runs that begin within `window` slots of a run. */
const neighbours = (
  runs: ReadonlyArray<SlotRun>,
  sums: Float64Array,
  run: SlotRun,
  window: number,
  before: { readonly absent: number; readonly runs: number },
): Neighbourhood => {
  const from = run.slot - window
  const first = firstAtOrAfter(runs, from)
  const end = firstAtOrAfter(runs, run.slot + run.slots + window)
  const isInside = run.slots > 0 ? 1 : 0
  // Slots before the first are known as a sum only: the share of the window that reaches there.
  const share = Math.max(0, Math.min(1, -from / window))
  return {
    window,
    absent: (sums[end] as number) - (sums[first] as number) - run.slots + share * before.absent,
    runs: end - first - isInside + share * before.runs,
  }
}

const firstAtOrAfter = (runs: ReadonlyArray<SlotRun>, slot: number): number => {
  let low = 0
  let high = runs.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((runs[middle] as SlotRun).slot < slot) low = middle + 1
    else high = middle
  }
  return low
}
