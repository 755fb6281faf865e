import { type Adjustment, type Bars, barCount, type EpochMillis } from "@barkeep/market-data"
import type { CorporateEvents } from "./corporate-events.ts"
import type { FindingKind, Place } from "./finding.ts"
import { median } from "./median.ts"
import type { RowScan } from "./scan-rows.ts"

/** A price that is too far from the close before it. */
export interface JudgedMove {
  readonly kind: Extract<FindingKind, "split" | "spike" | "wick" | "jump" | "outlier" | "mixed-adjustment">
  readonly row: number
  readonly place: Place
}

export interface JudgedMoves {
  readonly moves: ReadonlyArray<JudgedMove>
  /** Rows whose distance to the row before is a jump or its way back; they do not end a stale run. */
  readonly jumpRows: ReadonlySet<number>
}

export interface MoveRules {
  /** Ratio of the asset class and timeframe beyond which a move counts. */
  readonly largestMove: number
  readonly events: CorporateEvents
  readonly adjustment: Adjustment | "unknown"
}

const samples = 2000
const robustMultiple = 60
const smallestRobustMove = 0.005
const neighbours = 50

/**
 * The ratio beyond which a move is looked at: 60 times the median move between closes of these bars (of those that
 * moved), at least 0.5 %, and at most the class's own limit.
 */
export const ratioToLookAt = (bars: Bars, largestMove: number): number => {
  const rows = barCount(bars)
  const stride = Math.max(1, Math.floor(rows / samples))
  const moves: Array<number> = []
  for (let row = 1; row < rows; row += stride) {
    const move = Math.abs(Math.log((bars.close[row] as number) / (bars.close[row - 1] as number)))
    if (move > 0 && move < Number.POSITIVE_INFINITY) moves.push(move)
  }
  const middle = median(moves)
  return middle === undefined
    ? largestMove
    : Math.min(largestMove, Math.exp(Math.max(smallestRobustMove, robustMultiple * middle)))
}

/**
 * Says what each move is. Beyond the class's limit: explained by a known split or dividend (no finding); a price that
 * is back within three bars (`spike`, or `wick` when open and close stayed); a lasting change by a simple ratio
 * (`split`); or else a `jump`. Below the limit only what comes back at once and is 60 times the median move of the
 * 100 bars around it is an `outlier`.
 */
export const judgeMoves = (bars: Bars, scan: RowScan, rules: MoveRules): JudgedMoves => {
  const moves: Array<JudgedMove> = []
  const jumpRows = new Set<number>()
  const limit = Math.log(rules.largestMove)
  let spike: Spike | undefined
  for (const [index, row] of scan.moves.entries()) {
    const closeBefore = scan.closesBefore[index] as number
    if (farthest(bars, row, closeBefore) > limit) jumpRows.add(row)
    // The way back from a spike is no second one: the row is held against what was before the spike.
    const returns = spike !== undefined && isReturn(bars, row, closeBefore, spike)
    const before = returns ? (spike as Spike).before : closeBefore
    const isLarge = farthest(bars, row, before) > limit
    if (returns && !isLarge) continue
    const move = judgeMove(bars, row, before, scan.openTimesBefore[index] as number, isLarge, rules)
    if (move === undefined) continue
    moves.push(move)
    if (move.kind === "spike") spike = { row, before }
  }
  return { moves, jumpRows }
}

const judgeMove = (
  bars: Bars,
  row: number,
  before: number,
  openTimeBefore: EpochMillis,
  isLarge: boolean,
  rules: MoveRules,
): JudgedMove | undefined => {
  const openTime = bars.openTime[row] as number
  const open = bars.open[row] as number
  const close = bars.close[row] as number
  const limit = Math.log(rules.largestMove)
  const move = (price: number): number => Math.abs(Math.log(price / before))
  const after = median(closesAfter(bars, row))
  const comesBack = after !== undefined && move(after) < 0.3 * farthest(bars, row, before)
  const multiple = farthest(bars, row, before) / (medianMoveAround(bars, row) ?? Number.NaN)
  const made = (kind: JudgedMove["kind"], what: string): JudgedMove => ({
    kind,
    row,
    place: { openTime, evidence: `${what}; ${timesText(multiple)}` },
  })
  const figures = `close before ${before}, then ${open} ${bars.high[row]} ${bars.low[row]} ${close}`
  if (!isLarge) return comesBack && multiple >= robustMultiple ? made("outlier", figures) : undefined
  const inBody = Math.max(move(open), move(close)) > limit
  if (!inBody) return made("wick", figures)
  const known = findEvent(rules.events, openTimeBefore, openTime, before, open)
  if (known !== undefined)
    return rules.adjustment === "none" || rules.adjustment === "unknown"
      ? undefined
      : made("mixed-adjustment", `${figures}: the ${known} that these prices should be adjusted for`)
  if (comesBack) return made("spike", `${figures}, then back to ${after}`)
  const ratio = findRatio(before / open)
  return ratio === undefined ? made("jump", figures) : made("split", `${figures}: looks like ${ratio}`)
}

/** The largest distance of any price of a row from the close before, as a logarithm. */
const farthest = (bars: Bars, row: number, before: number): number =>
  Math.max(Math.log((bars.high[row] as number) / before), Math.log(before / (bars.low[row] as number)))

interface Spike {
  readonly row: number
  /** The close before it. */
  readonly before: number
}

/** True when the close before a row was still away with the spike and its own is back. */
const isReturn = (bars: Bars, row: number, closeBefore: number, spike: Spike): boolean => {
  const distance = (price: number): number => Math.abs(Math.log(price / spike.before))
  const height = distance(bars.close[spike.row] as number)
  return (
    row - spike.row <= 3 &&
    distance(closeBefore) >= 0.3 * height &&
    distance(bars.close[row] as number) < 0.3 * height
  )
}

const closesAfter = (bars: Bars, row: number): ReadonlyArray<number> => {
  const closes: Array<number> = []
  for (let next = row + 1; next < barCount(bars) && next <= row + 3; next += 1) {
    const close = bars.close[next] as number
    if (close > 0 && close < Number.POSITIVE_INFINITY) closes.push(close)
  }
  return closes
}

const medianMoveAround = (bars: Bars, row: number): number | undefined => {
  const moves: Array<number> = []
  const end = Math.min(barCount(bars), row + neighbours)
  for (let next = Math.max(1, row - neighbours); next < end; next += 1) {
    if (next === row || next === row + 1) continue
    const move = Math.abs(Math.log((bars.close[next] as number) / (bars.close[next - 1] as number)))
    if (move > 0 && move < Number.POSITIVE_INFINITY) moves.push(move)
  }
  return median(moves)
}

const timesText = (multiple: number): string =>
  Number.isFinite(multiple)
    ? `${multiple.toFixed(0)} times the usual move around it`
    : "nothing moves around it"

const eventTolerance = 0.2

/** The split or dividend between two bars that the opening price shows. */
const findEvent = (
  events: CorporateEvents,
  after: EpochMillis,
  until: EpochMillis,
  before: number,
  open: number,
): string | undefined => {
  // Without a bar before there is no close to compare with, so `after` is a time here.
  const isBetween = ({ time }: { readonly time: EpochMillis }): boolean => time > after && time <= until
  const fits = (price: number): boolean => Math.abs(Math.log(open / price)) <= eventTolerance
  const splits = (events.splits ?? []).filter(isBetween)
  const ratio = splits.reduce((product, split) => product * split.ratio, 1)
  if (splits.length > 0 && fits(before / ratio)) return `${Number(ratio.toPrecision(6))}:1 split`
  const paid = (events.dividends ?? []).filter(isBetween).reduce((sum, { amount }) => sum + amount, 0)
  return paid > 0 && paid < before && fits((before - paid) / ratio) ? `dividend of ${paid}` : undefined
}

const splitRatios = [
  [3, 2],
  [5, 3],
  [2, 1],
  [5, 2],
  [3, 1],
  [4, 1],
  [5, 1],
  [6, 1],
  [7, 1],
  [8, 1],
  [10, 1],
  [15, 1],
  [20, 1],
  [25, 1],
  [30, 1],
  [50, 1],
  [100, 1],
  [1000, 1],
] as const

const splitTolerance = 0.04

const findRatio = (ratio: number): string | undefined => {
  const size = Math.abs(Math.log(ratio))
  const found = splitRatios
    .map(([many, few]) => ({ many, few, distance: Math.abs(size - Math.log(many / few)) }))
    .filter(({ distance }) => distance <= splitTolerance)
    .toSorted((a, b) => a.distance - b.distance)[0]
  if (found === undefined) return undefined
  const split = ratio > 1 ? `a ${found.many}:${found.few} split` : `a ${found.few}:${found.many} split`
  return found.many === 100 ? `${split}, or prices in another unit (pounds and pence)` : split
}
