import {
  type Bars,
  barCount,
  findBarsIssue,
  isoTime,
  nominalMillis,
  sliceBars,
  type Timeframe,
  type TimeRange,
} from "@barkeep/market-data"
import type { Calibration, CalibrationFigures, CalibrationIssue } from "./calibration.ts"
import { type CommonRows, commonRows, steps } from "./common-rows.ts"
import { findLag } from "./find-lag.ts"
import { judgeVolume } from "./judge-volume.ts"
import { nameScale } from "./scale-name.ts"
import { correlation, median, typicalSize } from "./statistics.ts"
import { thresholds } from "./thresholds.ts"

export interface CalibrationQuestion {
  readonly timeframe: Timeframe
  /** The gap, half-open. */
  readonly gap: TimeRange
  /** The entry's rows around it. */
  readonly existing: Bars
  /** The donor's rows in and around it. */
  readonly donor: Bars
  /** The donor's bars are made from samples, and that is allowed. @default false */
  readonly sampled?: boolean
  /** The bases of the prices differ, so rows on both sides must agree. @default false */
  readonly needsBothSides?: boolean
}

/**
 * Whether the donor's bars inside the gap may stand beside the entry's, judged by the rows around the gap that both
 * have. Pure. Refuses rather than rescales; volumes that mean something else are left out.
 */
export const calibrate = (question: CalibrationQuestion): Calibration => {
  const { existing, donor, gap, timeframe, sampled = false, needsBothSides = false } = question
  const { before, after } = commonRows(existing, donor, gap)
  const common = joinRows(before, after)
  const figures = measure(question, before, after, common)
  const refuse = (issue: CalibrationIssue, text: string): Calibration => ({
    _tag: "Refused",
    issue,
    text,
    figures,
  })
  const overlapText = findOverlapIssue(existing, gap, figures, needsBothSides)
  if (overlapText !== undefined) return refuse("overlap", overlapText)
  const rows = sliceBars(donor, gap)
  const issue = findBarsIssue(rows)
  if (issue !== undefined) return refuse("bad-rows", `row ${issue.row} of the donor: ${issue.issue}`)
  if (figures.lag !== 0)
    return refuse("lag", `its times are ${Math.abs(figures.lag)} bars ${figures.lag > 0 ? "late" : "early"}`)
  const [scaleBefore, scaleAfter] = [figures.scaleBefore, figures.scaleAfter].map(Math.log) as [
    number,
    number,
  ]
  const scaleLimit = sampled ? thresholds.sampledScale : thresholds.scale
  if (Math.abs(scaleBefore - scaleAfter) > scaleLimit)
    return refuse(
      "scale-changes",
      `its prices are ${show(figures.scaleBefore)} times the entry's before the gap and ${show(figures.scaleAfter)} times after it`,
    )
  if ([Math.log(figures.scale), scaleBefore, scaleAfter].some((scale) => Math.abs(scale) > scaleLimit))
    return refuse(
      "scale",
      `its prices are ${show(figures.scale)} times the entry's, ${nameScale(figures.scale)}`,
    )
  const limit = Math.min(
    sampled ? thresholds.sampledCeiling : thresholds.residualCeiling,
    Math.max(thresholds.residualFloor, thresholds.residualMoves * figures.move),
  )
  if (figures.residual > limit)
    return refuse(
      "disagreement",
      `its closes differ by ${percent(figures.residual)}, typically; ${percent(limit)} would do where a bar moves by ${percent(figures.move)}`,
    )
  if (figures.wildShare > thresholds.wildShare)
    return refuse("disagreement", `${percent(figures.wildShare)} of its closes differ wildly`)
  if (figures.correlation < thresholds.correlation && figures.residual > thresholds.residualFloor)
    return refuse(
      "disagreement",
      `its changes from bar to bar have a correlation of ${show(figures.correlation)} with the entry's`,
    )
  if (figures.rangeRatio > thresholds.rangeRatioMost)
    return refuse("longer-bars", `high minus low is ${show(figures.rangeRatio)} times the entry's`)
  if (!sampled && figures.rangeRatio < thresholds.rangeRatioLeast)
    return refuse(
      "samples",
      `high minus low is ${show(figures.rangeRatio)} times the entry's, as of bars made from price points`,
    )
  const jump = findJump(existing, rows, gap, timeframe, figures.move)
  if (jump !== undefined) return refuse("jump", jump)
  const volume = sampled
    ? { volume: "absent" as const, text: "made from price points", ratio: Number.NaN }
    : judgeVolume(existing, donor, common)
  return {
    _tag: "Accepted",
    volume: volume.volume,
    volumeText: volume.text,
    figures,
  }
}

const joinRows = (a: CommonRows, b: CommonRows): CommonRows => ({
  time: [...a.time, ...b.time],
  own: [...a.own, ...b.own],
  donor: [...a.donor, ...b.donor],
  ownRow: [...a.ownRow, ...b.ownRow],
  donorRow: [...a.donorRow, ...b.donorRow],
})

const differences = ({ own, donor }: CommonRows): ReadonlyArray<number> =>
  donor.map((value, index) => value - (own[index] as number))

const measure = (
  { existing, donor, timeframe }: CalibrationQuestion,
  before: CommonRows,
  after: CommonRows,
  common: CommonRows,
): CalibrationFigures => {
  const all = differences(common)
  const scale = median(all)
  const sides = [differences(before), differences(after)].map((side) =>
    side.length < thresholds.leastSideOverlap ? scale : median(side),
  ) as [number, number]
  const ownSteps = [...steps(before.own), ...steps(after.own)]
  const donorSteps = [...steps(before.donor), ...steps(after.donor)]
  const move = typicalSize(ownSteps)
  const residuals = all.map((value) => value - scale)
  const wild = Math.max(thresholds.wild, thresholds.wildMoves * move)
  return {
    before: before.time.length,
    after: after.time.length,
    scale: Math.exp(scale),
    scaleBefore: Math.exp(sides[0]),
    scaleAfter: Math.exp(sides[1]),
    residual: typicalSize(residuals),
    move,
    correlation: correlation(ownSteps, donorSteps),
    wildShare: residuals.filter((value) => Math.abs(value) > wild).length / residuals.length,
    lag: common.time.length < thresholds.leastOverlap ? 0 : findLag(common, donor, timeframe),
    rangeRatio: rangeRatioOf(existing, donor, common),
    volumeRatio: judgeVolume(existing, donor, common).ratio,
  }
}

const rangeRatioOf = (existing: Bars, donor: Bars, { ownRow, donorRow }: CommonRows): number => {
  const ratios = ownRow.flatMap((row, index) => {
    const other = donorRow[index] as number
    const own = (existing.high[row] as number) - (existing.low[row] as number)
    return own > 0 ? [((donor.high[other] as number) - (donor.low[other] as number)) / own] : []
  })
  return ratios.length < thresholds.leastOverlap / 2 ? Number.NaN : median(ratios)
}

const findOverlapIssue = (
  existing: Bars,
  gap: TimeRange,
  { before, after }: CalibrationFigures,
  needsBothSides: boolean,
): string | undefined => {
  const found = `${before} common rows before the gap and ${after} after it`
  if (before + after < thresholds.leastOverlap) return `${found}; ${thresholds.leastOverlap} are needed`
  const least = thresholds.leastSideOverlap
  const rows = barCount(existing)
  const hasBefore = rows > 0 && (existing.openTime[0] as number) < gap.from
  const hasAfter = rows > 0 && (existing.openTime[rows - 1] as number) >= gap.to
  if (((hasBefore || needsBothSides) && before < least) || ((hasAfter || needsBothSides) && after < least))
    return `${found}; ${least} are needed on each side`
  return undefined
}

const findJump = (
  existing: Bars,
  rows: Bars,
  gap: TimeRange,
  timeframe: Timeframe,
  move: number,
): string | undefined => {
  const count = barCount(existing)
  let previous = -1
  while (previous + 1 < count && (existing.openTime[previous + 1] as number) < gap.from) previous += 1
  const next = existing.openTime.findIndex((time) => time >= gap.to)
  const times: Array<number> = []
  const closes: Array<number> = []
  const add = (bars: Bars, row: number): void => {
    times.push(bars.openTime[row] as number)
    closes.push(bars.close[row] as number)
  }
  if (previous >= 0) add(existing, previous)
  for (let row = 0; row < barCount(rows); row += 1) add(rows, row)
  if (next >= 0) add(existing, next)
  const limit = Math.max(thresholds.jump, thresholds.jumpMoves * move)
  const longest = Math.max(10 * nominalMillis(timeframe), 5 * 86_400_000)
  for (let index = 1; index < times.length; index += 1) {
    const step = Math.abs(Math.log((closes[index] as number) / (closes[index - 1] as number)))
    // Over a longer stretch without rows the price may have gone anywhere.
    const isNear = (times[index] as number) - (times[index - 1] as number) <= longest
    if (isNear && !(step <= limit))
      return `at ${isoTime(times[index] as number)} the price would jump from ${closes[index - 1]} to ${closes[index]}`
  }
  return undefined
}

const show = (value: number): string => String(Number(value.toPrecision(5)))
const percent = (value: number): string => `${Number((100 * value).toPrecision(3))} %`
