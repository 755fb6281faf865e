import type { EpochMillis } from "@barkeep/market-data"
import type { Place } from "./finding.ts"
import type { BarRules } from "./rules.ts"
import type { RowRun, RowScan } from "./scan-rows.ts"
import { emptyDensity, judgeThin } from "./thin-runs.ts"

/** Runs of bars in which nothing happens, beyond what is normal. */
export interface IdleRuns {
  readonly stale: ReadonlyArray<Place>
  readonly zeroVolume: ReadonlyArray<Place>
  readonly fillers: ReadonlyArray<Place>
  /** Rows beyond the normal length of each run, summed; these cost score. */
  readonly staleExcess: number
  readonly zeroVolumeExcess: number
}

/**
 * Judges stale and zero-volume runs by the limits of the asset class and timeframe. Runs of flat bars without volume
 * are told from quiet minutes as holes are from thin ones: a filler is a run too long for the other runs around it.
 * @param jumpRows rows that jump; a stale run goes on after one
 * @param endOf end of the bar that opens at that time
 */
export const findIdleRuns = (
  scan: Pick<RowScan, "stale" | "zeroVolume" | "unsound" | "extra">,
  jumpRows: ReadonlySet<number>,
  rules: BarRules,
  endOf: (openTime: EpochMillis) => EpochMillis,
): IdleRuns => {
  const place = (run: RowRun, what: string): Place => ({
    openTime: run.start,
    to: endOf(run.last),
    rows: run.rows,
    evidence: what,
  })
  const stale = joinAcross(scan, jumpRows).filter((run) => run.rows > rules.staleBars)
  const zeroVolume = scan.zeroVolume.filter((run) => run.rows > rules.zeroVolumeBars)
  return {
    stale: stale.map((run) =>
      place(run, `${run.rows} flat bars of ${run.price}, ${rules.staleBars} are normal`),
    ),
    zeroVolume: zeroVolume.map((run) =>
      place(run, `${run.rows} bars without volume, ${rules.zeroVolumeBars} are normal`),
    ),
    fillers: rules.zeroVolumeBars === Number.POSITIVE_INFINITY ? [] : findFillers(scan.zeroVolume).map((run) =>
      place(run, `${run.rows} flat bars of ${run.price} without volume`),
    ),
    staleExcess: stale.reduce((sum, run) => sum + run.rows - rules.staleBars, 0),
    zeroVolumeExcess: zeroVolume.reduce((sum, run) => sum + run.rows - rules.zeroVolumeBars, 0),
  }
}

/** A run of stale bars goes on after bars that are broken, off the calendar, or only jump. */
const joinAcross = (
  scan: Pick<RowScan, "stale" | "unsound" | "extra">,
  jumpRows: ReadonlySet<number>,
): ReadonlyArray<RowRun> => {
  if (jumpRows.size === 0) return scan.stale
  const passable = new Set([...jumpRows, ...scan.unsound, ...scan.extra])
  const joined: Array<RowRun> = []
  for (const run of scan.stale) {
    const before = joined.at(-1)
    if (before !== undefined && isPassable(before.lastRow, run.firstRow, passable, jumpRows))
      joined[joined.length - 1] = { ...run, start: before.start, firstRow: before.firstRow, rows: before.rows + run.rows }
    else joined.push(run)
  }
  return joined
}

const isPassable = (
  from: number,
  to: number,
  passable: ReadonlySet<number>,
  jumpRows: ReadonlySet<number>,
): boolean => {
  let jumps = jumpRows.has(to)
  for (let row = from + 1; row < to; row += 1) {
    if (!passable.has(row)) return false
    jumps ||= jumpRows.has(row)
  }
  return jumps
}

const findFillers = (runs: ReadonlyArray<RowRun>): ReadonlyArray<RowRun> => {
  const verdicts = judgeThin(
    runs.map((run) => ({ slot: run.firstRow, slots: run.rows })),
    emptyDensity,
    Number.POSITIVE_INFINITY,
  )
  return runs.filter((run, index) => run.flat && verdicts[index]?.isThin === false)
}
