import {
  allocateBars,
  type Bars,
  barCount,
  equalRow,
  firstRowAtOrAfter,
  valueColumns,
} from "@barkeep/market-data"
import type { Series } from "./series.ts"

/** A source in the order of preference. */
export interface MergeSource {
  /** All rows in the order of the file; open times come from the series. */
  readonly rows: Bars
  readonly series: Series
  /** The instant of each row; NaN where the row is refused already. */
  readonly openTime: Float64Array
  /** Why none of its rows may stand in the entry; `undefined` when they may. */
  readonly excluded: string | undefined
}

/** A row of a source, by the source's place in the list and the row's in its file. */
export interface RowAt {
  readonly source: number
  readonly row: number
}

/** A row whose open time has a row already. `kept` is that row; source -1 stands for what the new cache had. */
export interface MetRow extends RowAt {
  readonly kept: RowAt
}

export interface MergedSources {
  /** The rows to be written, ascending. */
  readonly bars: Bars
  /** The source of each. */
  readonly source: Int32Array
  /** The row of each in its source. */
  readonly row: Int32Array
  /** Equal to the row that is kept. */
  readonly duplicates: ReadonlyArray<MetRow>
  /** Different from the row that is kept. */
  readonly conflicts: ReadonlyArray<MetRow & { readonly why: string }>
  /** Rows without a row at their open time that may not stand in the entry. */
  readonly refused: ReadonlyArray<RowAt & { readonly why: string }>
}

/**
 * Gives every row with an instant exactly one fate. The first source that has an open time keeps it; the same time again
 * is a duplicate or a conflict, within one file, too. What the new cache has already stays before all sources.
 * @param existing ascending
 */
export const mergeSources = (sources: ReadonlyArray<MergeSource>, existing: Bars): MergedSources => {
  let kept: Kept = {
    openTime: existing.openTime,
    source: new Int32Array(barCount(existing)).fill(-1),
    row: Int32Array.from(existing.openTime.keys()),
  }
  for (const [source, { series, excluded }] of sources.entries())
    if (excluded === undefined) kept = mergeKept(kept, source, series)
  const duplicates: Array<MetRow> = []
  const conflicts: Array<MetRow & { readonly why: string }> = []
  const refused: Array<RowAt & { readonly why: string }> = []
  const barsOf = (source: number): Bars => (source < 0 ? existing : (sources[source] as MergeSource).rows)
  for (const [source, { series, excluded, openTime, rows }] of sources.entries()) {
    const judge = (row: number, at: number): void => {
      const met = { source: kept.source[at] as number, row: kept.row[at] as number }
      if (met.source === source && met.row === row) return
      if (equalRow(barsOf(met.source), met.row, rows, row)) duplicates.push({ source, row, kept: met })
      else
        conflicts.push({
          source,
          row,
          kept: met,
          why:
            excluded ?? (met.source === source ? "the file has another row of this time" : "values differ"),
        })
    }
    let at = 0
    for (let index = 0; index < series.row.length; index += 1) {
      const time = series.openTime[index] as number
      while (at < kept.openTime.length && (kept.openTime[at] as number) < time) at += 1
      const row = series.row[index] as number
      if (kept.openTime[at] === time) judge(row, at)
      else refused.push({ source, row, why: excluded as string })
    }
    for (const row of series.repeats) {
      const time = openTime[row] as number
      const found = firstRowAtOrAfter(kept.openTime, time)
      if (kept.openTime[found] === time) judge(row, found)
      else refused.push({ source, row, why: excluded as string })
    }
  }
  return { ...takeKept(kept, barsOf), duplicates, conflicts, refused }
}

interface Kept {
  readonly openTime: Float64Array
  readonly source: Int32Array
  readonly row: Int32Array
}

const mergeKept = (kept: Kept, source: number, series: Series): Kept => {
  const most = kept.openTime.length + series.openTime.length
  const merged = { openTime: new Float64Array(most), source: new Int32Array(most), row: new Int32Array(most) }
  let length = 0
  let i = 0
  let j = 0
  while (i < kept.openTime.length || j < series.openTime.length) {
    const left = i < kept.openTime.length ? (kept.openTime[i] as number) : Number.POSITIVE_INFINITY
    const right = j < series.openTime.length ? (series.openTime[j] as number) : Number.POSITIVE_INFINITY
    const isKept = left <= right
    merged.openTime[length] = isKept ? left : right
    merged.source[length] = isKept ? (kept.source[i] as number) : source
    merged.row[length] = (isKept ? kept.row[i] : series.row[j]) as number
    length += 1
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  return {
    openTime: merged.openTime.subarray(0, length),
    source: merged.source.subarray(0, length),
    row: merged.row.subarray(0, length),
  }
}

/** Without what the new cache has already: nothing of that is written. */
const takeKept = (
  kept: Kept,
  barsOf: (source: number) => Bars,
): Pick<MergedSources, "bars" | "source" | "row"> => {
  const places = Array.from(kept.source.keys()).filter((at) => (kept.source[at] as number) >= 0)
  const bars = allocateBars(places.length)
  for (const [to, at] of places.entries()) {
    bars.openTime[to] = kept.openTime[at] as number
    const from = barsOf(kept.source[at] as number)
    for (const name of valueColumns) bars[name][to] = from[name][kept.row[at] as number] as number
  }
  return {
    bars,
    source: Int32Array.from(places, (at) => kept.source[at] as number),
    row: Int32Array.from(places, (at) => kept.row[at] as number),
  }
}
