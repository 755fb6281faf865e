import { type Bars, barCount } from "@barkeep/market-data"

/** How the prices of two sources relate where both have a bar. */
export type PriceRelation =
  | { readonly kind: "apart" }
  /** One basis; single rows may differ. */
  | { readonly kind: "same"; readonly rows: number }
  /** One is the other times a constant. */
  | { readonly kind: "factor"; readonly rows: number; readonly factor: number }
  /** The factor between them changes. */
  | { readonly kind: "varying"; readonly rows: number; readonly from: number; readonly to: number }
  /** The same bars at times that lie this much later. */
  | { readonly kind: "shifted"; readonly lagMillis: number }

const sameMedian = 5e-4
const sameSpread = 0.02
const constantSpread = 5e-3

/**
 * Compares closes of two ascending sources; `factor` is `b / a`.
 * @param lags by which `b` may lie behind `a`, in milliseconds, without 0
 */
export const comparePrices = (a: Bars, b: Bars, lags: ReadonlyArray<number> = []): PriceRelation => {
  const margin = lags.reduce((most, lag) => Math.max(most, Math.abs(lag)), 0)
  if (
    barCount(a) === 0 ||
    barCount(b) === 0 ||
    (a.openTime.at(-1) as number) + margin < (b.openTime[0] as number) ||
    (b.openTime.at(-1) as number) + margin < (a.openTime[0] as number)
  )
    return { kind: "apart" }
  const lagMillis = lags.length === 0 ? undefined : findShift(a, b, lags)
  return lagMillis === undefined ? compareCloses(a, b) : { kind: "shifted", lagMillis }
}

const compareCloses = (a: Bars, b: Bars): PriceRelation => {
  const ratios: Array<number> = []
  for (let i = 0, j = 0; i < barCount(a) && j < barCount(b);) {
    const [left, right] = [a.openTime[i] as number, b.openTime[j] as number]
    if (left === right) {
      const ratio = (b.close[j] as number) / (a.close[i] as number)
      if (ratio > 0 && Number.isFinite(ratio)) ratios.push(ratio)
    }
    if (left <= right) i += 1
    if (right <= left) j += 1
  }
  const rows = ratios.length
  if (rows === 0) return { kind: "apart" }
  ratios.sort((x, y) => x - y)
  const at = (share: number): number => ratios[Math.min(rows - 1, Math.floor(share * rows))] as number
  const [low, median, high] = [at(0.05), at(0.5), at(0.95)]
  if (Math.abs(median - 1) <= sameMedian && high / low - 1 <= sameSpread) return { kind: "same", rows }
  // Rows that contradict each other say nothing of a basis when most agree.
  const equal = ratios.reduce((sum, ratio) => sum + (Math.abs(ratio - 1) <= sameMedian ? 1 : 0), 0)
  if (equal * 5 >= rows * 3) return { kind: "same", rows }
  return high / low - 1 <= constantSpread
    ? { kind: "factor", rows, factor: median }
    : { kind: "varying", rows, from: low, to: high }
}

const mostShiftSamples = 400

/**
 * The time by which `b` lies behind `a` when its bars are those of `a` at other times, as where one was read in a wrong
 * zone; `undefined` when they are not. Bars that agree as they stand are not shifted.
 * @param lags in milliseconds, without 0
 */
const findShift = (a: Bars, b: Bars, lags: ReadonlyArray<number>): number | undefined => {
  const closes = new Map<number, number>()
  for (let row = 0; row < barCount(a); row += 1) closes.set(a.openTime[row] as number, a.close[row] as number)
  const stride = Math.max(1, Math.floor(barCount(b) / mostShiftSamples))
  const shareAt = (lag: number): number => {
    let met = 0
    let equal = 0
    for (let row = 0; row < barCount(b); row += stride) {
      const close = closes.get((b.openTime[row] as number) - lag)
      if (close === undefined) continue
      met += 1
      if (close === b.close[row]) equal += 1
    }
    return met < 20 ? 0 : equal / met
  }
  if (shareAt(0) > 0.5) return undefined
  return lags.find((lag) => shareAt(lag) > 0.9)
}

const splitTolerance = 0.08
const splitRatios = [3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50]
const longestBreakMillis = 6 * 86_400_000

/**
 * The first jump from one bar to the next that looks like a split of at least 3:1, or 1:3, which adjusted prices would
 * not show: its time and ratio. A fall of a half can be news.
 */
export const findSplitJump = (
  bars: Bars,
): { readonly openTime: number; readonly ratio: number } | undefined => {
  for (let row = 1; row < barCount(bars); row += 1) {
    const openTime = bars.openTime[row] as number
    if (openTime - (bars.openTime[row - 1] as number) > longestBreakMillis) continue
    const ratio = splitRatio(bars.close[row - 1] as number, bars.open[row] as number)
    if (ratio !== undefined) return { openTime, ratio }
  }
  return undefined
}

/** The split that a change of the price looks like: 4 when it fell to a quarter, 1/10 when it rose tenfold. */
export const splitRatio = (before: number, after: number): number | undefined => {
  const change = before / after
  if (!(change > 0) || !Number.isFinite(change)) return undefined
  const forward = change >= 1 ? change : 1 / change
  const near = splitRatios.find((ratio) => Math.abs(forward / ratio - 1) <= splitTolerance)
  if (near === undefined) return undefined
  return change >= 1 ? near : 1 / near
}
