import type { SlotRun } from "./scan-rows.ts"

/** Absent bars of the slots just before a scan, for each window. */
export type Density = ReadonlyArray<{ readonly absent: number; readonly runs: number }>

/** Why a run of absent bars is, or is not, what a thin market looks like. */
export interface ThinVerdict {
  readonly isThin: boolean
  readonly evidence: string
}

/** Slots on each side of a run that say how thin trading is around it. */
const windows = [120, 480, 1440]

/** Fewer other runs nearby say nothing about a thin market. */
const fewestRuns = 5

/** A run is too long when fewer than this many like it are to be expected around it. */
const improbable = 1e-4

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
 */
export const judgeThin = (
  runs: ReadonlyArray<SlotRun>,
  before: Density,
  longest: number,
): ReadonlyArray<ThinVerdict> => {
  const sums = prefixSums(runs)
  return runs.map((run) => {
    if (run.slots > longest) return { isThin: false, evidence: "" }
    let likeliest = Number.NEGATIVE_INFINITY
    let evidence = ""
    for (const [index, window] of windows.entries()) {
      const near = neighbours(runs, sums, run, window, before[index] ?? { absent: 0, runs: 0 })
      if (near.runs < fewestRuns) continue
      const q = (near.absent - near.runs + 1) / (near.absent + 2)
      const expectedRuns = Math.log(near.runs) + (run.slots - 1) * Math.log(q)
      if (expectedRuns > likeliest) {
        likeliest = expectedRuns
        evidence = `${near.runs} other silences in the ${2 * window} bars around, ${(near.absent / near.runs).toFixed(1)} bars long on average`
      }
    }
    return { isThin: likeliest >= Math.log(improbable), evidence }
  })
}

/** The density of the last slots of a scan, for the scan that follows. */
export const densityAtEnd = (runs: ReadonlyArray<SlotRun>, slots: number, before: Density): Density => {
  const sums = prefixSums(runs)
  return windows.map((window, index) => {
    const end: SlotRun = { slot: slots, slots: 0 }
    const near = neighbours(runs, sums, end, window, before[index] ?? { absent: 0, runs: 0 })
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
): { readonly absent: number; readonly runs: number } => {
  const from = run.slot - window
  const first = firstAtOrAfter(runs, from)
  const end = firstAtOrAfter(runs, run.slot + run.slots + window)
  const isInside = run.slots > 0 ? 1 : 0
  // Slots before the first are known as a sum only: the share of the window that reaches there.
  const share = Math.max(0, Math.min(1, -from / window))
  return {
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
