import type { Bars, EpochMillis } from "@barkeep/market-data"
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
 * @param contested rows whose values another row of the same time contradicts; they end no run
 * @param endOf end of the bar that opens at that time
 */
export const findIdleRuns = (
  bars: Bars,
  scan: Pick<RowScan, "stale" | "zeroVolume" | "unsound" | "extra" | "afterHoles">,
  jumpRows: ReadonlySet<number>,
  contested: ReadonlySet<number>,
  rules: BarRules,
  endOf: (openTime: EpochMillis) => EpochMillis,
): IdleRuns => {
  const place = (run: RowRun, what: string): Place => ({
    openTime: run.start,
    to: endOf(run.last),
    rows: run.rows,
    evidence: what,
  })
  const impossible = new Set([...scan.unsound, ...scan.extra])
  const passable = new Set([...jumpRows, ...contested, ...impossible])
  const isFlatAt = (row: number, price: number): boolean =>
    bars.high[row] === bars.low[row] && bars.close[row] === price
  // A single still bar between two defects is in no run of its own; a bar before a jump stands where the jump comes from.
  const goesOn = (row: number, price: number): boolean =>
    passable.has(row) || jumpRows.has(row + 1) || isFlatAt(row, price)
  const countStill = (from: number, to: number, price: number): number => {
    let rows = 0
    for (let row = from; row < to; row += 1) if (isFlatAt(row, price)) rows += 1
    return rows
  }
  /** The run with the still bars that defects part from its ends. */
  const extended = (run: RowRun): RowRun => {
    let first = run.firstRow
    // A run of the file before has no row here.
    while (first > 0 && goesOn(first - 1, run.price)) first -= 1
    let last = run.lastRow
    while (last + 1 < bars.openTime.length && goesOn(last + 1, run.price)) last += 1
    const more = countStill(first, run.firstRow, run.price) + countStill(run.lastRow + 1, last + 1, run.price)
    return { ...run, rows: run.rows + more }
  }
  // Disputed rows side by side may be still as well: they are no run that could end another.
  const isDisputed = ({ firstRow, lastRow }: RowRun): boolean => {
    for (let row = firstRow; row <= lastRow; row += 1) if (!contested.has(row)) return false
    return true
  }
  // Whether the price jumped inside a long hole nobody can tell: still bars go on over it.
  const breaks = new Set([...jumpRows, ...scan.afterHoles])
  const stale = joinRuns(
    scan.stale.filter((run) => !isDisputed(run)),
    (before, run) =>
      isPassable(before, run, (row) => goesOn(row, before.price)) &&
      (before.price === run.price || hasJump(before, run, breaks)),
    (before, run) => countStill(before.lastRow + 1, run.firstRow, before.price),
  )
    .map(extended)
    .filter((run) => run.rows > rules.staleBars)
  const zeroVolume = joinRuns(
    scan.zeroVolume,
    (before, run) =>
      contested.size > 0 && isPassable(before, run, (row) => contested.has(row) || impossible.has(row)),
  ).filter((run) => run.rows > rules.zeroVolumeBars)
  return {
    stale: stale.map((run) =>
      place(run, `${run.rows} flat bars of ${run.price}, ${rules.staleBars} are normal`),
    ),
    zeroVolume: zeroVolume.map((run) =>
      place(run, `${run.rows} bars without volume, ${rules.zeroVolumeBars} are normal`),
    ),
    fillers:
      rules.zeroVolumeBars === Number.POSITIVE_INFINITY
        ? []
        : findFillers(scan.zeroVolume).map((run) =>
            place(run, `${run.rows} flat bars of ${run.price} without volume`),
          ),
    staleExcess: stale.reduce((sum, run) => sum + run.rows - rules.staleBars, 0),
    zeroVolumeExcess: zeroVolume.reduce((sum, run) => sum + run.rows - rules.zeroVolumeBars, 0),
  }
}

const joinRuns = (
  runs: ReadonlyArray<RowRun>,
  belongs: (before: RowRun, run: RowRun) => boolean,
  /** Rows between two runs that count as well. */
  between: (before: RowRun, run: RowRun) => number = () => 0,
): ReadonlyArray<RowRun> => {
  const joined: Array<RowRun> = []
  for (const run of runs) {
    const before = joined.at(-1)
    if (before !== undefined && belongs(before, run))
      joined[joined.length - 1] = {
        ...run,
        start: before.start,
        firstRow: before.firstRow,
        rows: before.rows + between(before, run) + run.rows,
        flat: before.flat && run.flat,
      }
    else joined.push(run)
  }
  return joined
}

/** True when nothing sound and undisputed lies between two runs. */
const isPassable = (before: RowRun, run: RowRun, passable: (row: number) => boolean): boolean => {
  for (let row = before.lastRow + 1; row < run.firstRow; row += 1) if (!passable(row)) return false
  return true
}

const hasJump = (before: RowRun, run: RowRun, rows: ReadonlySet<number>): boolean => {
  for (let row = before.lastRow + 1; row <= run.firstRow; row += 1) if (rows.has(row)) return true
  return false
}

const findFillers = (runs: ReadonlyArray<RowRun>): ReadonlyArray<RowRun> => {
  const verdicts = judgeThin(
    runs.map((run) => ({ slot: run.firstRow, slots: run.rows })),
    emptyDensity,
    Number.POSITIVE_INFINITY,
  )
  return runs.filter((run, index) => run.flat && verdicts[index] === undefined)
}
