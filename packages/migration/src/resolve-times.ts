import {
  type Anchor,
  type EpochMillis,
  hasSessions,
  type Instrument,
  instantsOfLocal,
  isIntraday,
  nominalMillis,
  openTimeOf,
  type Timeframe,
  toLocalMillis,
} from "@barkeep/market-data"
import { clockText, dayMillis, midnightOf, yearOfLocal } from "./civil.ts"
import { isInSession, isNearSession, type MarketClock, marketClock, openingMinute } from "./market-clock.ts"
import { type SourceText, timeKinds } from "./source-text.ts"
import { findWrongStep } from "./wrong-step.ts"

/** What a file's times mean. */
export interface ResolvedTimes {
  /** The instant of each row, NaN where there is none. */
  readonly openTime: Float64Array
  /** Why a row has no instant, or may not have this one, by row. */
  readonly refused: ReadonlyMap<number, string>
  /** The zone that the file's texts were written in. */
  readonly timeZone: string
  /** How that was decided, with the figures; `assumed` when nothing in the file speaks for it. */
  readonly evidence: string
  readonly assumed: boolean
  readonly anchor: Anchor | undefined
}

/**
 * Turns a file's times into instants, by evidence: the hour that daily rows carry, the share of intraday rows inside the
 * market's sessions under each zone. A row whose instant cannot be told is refused, never guessed.
 * @param year that the file's path names
 */
export const resolveTimes = (
  text: SourceText,
  instrument: Instrument,
  timeframe: Timeframe,
  year: number,
): ResolvedTimes => {
  const times = text.bars.openTime
  const clock = marketClock(instrument, timeframe, times)
  const decision = decideZone(text, instrument, timeframe, clock)
  const openTime = new Float64Array(times.length)
  const refused = new Map<number, string>()
  const wrongStep = findWrongStep(times, timeframe)
  for (let row = 0; row < times.length; row += 1) {
    const instant =
      wrongStep ??
      instantOf(times[row] as number, text.kinds[row] as number, timeframe, clock, decision.timeZone, year)
    openTime[row] = typeof instant === "number" ? instant : Number.NaN
    if (typeof instant === "string") refused.set(row, instant)
  }
  const anchor = wrongStep === undefined ? anchorOf(openTime, timeframe, clock) : undefined
  return { openTime, refused, ...decision, anchor }
}

interface ZoneDecision {
  readonly timeZone: string
  readonly evidence: string
  readonly assumed: boolean
}

const decideZone = (
  { bars, kinds }: SourceText,
  instrument: Instrument,
  timeframe: Timeframe,
  clock: MarketClock,
): ZoneDecision => {
  const rows = kinds.length
  const instants = kinds.reduce((sum, kind) => sum + (kind === timeKinds.instant ? 1 : 0), 0)
  if (rows > 0 && instants === rows)
    return {
      timeZone: "UTC",
      evidence: "every time carries its offset or is an epoch number",
      assumed: false,
    }
  if (!hasSessions(instrument))
    return { timeZone: "UTC", evidence: `${instrument.market} markets are written in UTC`, assumed: false }
  if (!isIntraday(timeframe)) return decideDailyZone(bars.openTime, clock)
  return decideIntradayZone(bars.openTime, kinds, timeframe, clock)
}

const decideDailyZone = (times: Float64Array, { timeZone, zone }: MarketClock): ZoneDecision => {
  const midnights = times.reduce((sum, time) => sum + (time % dayMillis === 0 ? 1 : 0), 0)
  if (midnights === times.length)
    return { timeZone, evidence: "every row is at midnight: dates of the market", assumed: false }
  const starts = times.reduce((sum, time) => sum + (toLocalMillis(zone, time) % dayMillis === 0 ? 1 : 0), 0)
  return starts * 2 > times.length
    ? {
        timeZone: "UTC",
        evidence: `${starts} of ${times.length} rows read as UTC are midnight in ${timeZone}`,
        assumed: false,
      }
    : {
        timeZone,
        evidence: `${midnights} of ${times.length} rows are at midnight`,
        assumed: midnights * 2 < times.length,
      }
}

const mostSamples = 2000
const clearMargin = 0.1

const decideIntradayZone = (
  times: Float64Array,
  kinds: Uint8Array,
  timeframe: Timeframe,
  { timeZone, zone, sessions }: MarketClock,
): ZoneDecision => {
  if (sessions.length === 0)
    return {
      timeZone,
      evidence: "no calendar knows these sessions; taken as the market's own time",
      assumed: true,
    }
  const stride = Math.max(1, Math.floor(times.length / mostSamples))
  const shareOf = (
    toInstant: (wall: number) => number | undefined,
  ): { readonly inside: number; readonly near: number } => {
    let inside = 0
    let near = 0
    let seen = 0
    for (let row = 0; row < times.length; row += stride) {
      if (kinds[row] === timeKinds.instant) continue
      seen += 1
      const instant = toInstant(times[row] as number)
      if (instant === undefined) continue
      if (isInSession(sessions, instant, instant + nominalMillis(timeframe))) inside += 1
      if (isNearSession(sessions, instant)) near += 1
    }
    return { inside: inside / seen, near: near / seen }
  }
  const local = shareOf((wall) => instantsOfLocal(zone, wall)[0])
  const utc = shareOf((wall) => wall)
  const text = (share: { readonly inside: number }): string => `${(share.inside * 100).toFixed(0)} %`
  const evidence = `${text(local)} of the rows are inside sessions as ${timeZone}, ${text(utc)} as UTC`
  const lead = local.inside + local.near - utc.inside - utc.near
  return {
    timeZone: lead < -clearMargin ? "UTC" : timeZone,
    evidence,
    assumed: Math.abs(lead) <= clearMargin,
  }
}

const instantOf = (
  time: number,
  kind: number,
  timeframe: Timeframe,
  { zone, timeZone }: MarketClock,
  writtenIn: string,
  year: number,
): EpochMillis | string => {
  const isInstant = kind === timeKinds.instant || (writtenIn === "UTC" && kind === timeKinds.wall)
  const wall = isInstant ? toLocalMillis(zone, time) : time
  const outside = [wall - dayMillis, wall + dayMillis].every((near) => yearOfLocal(near) !== year)
  if (outside && yearOfLocal(wall) !== year) return `a row of ${yearOfLocal(wall)} in a file of ${year}`
  if (isIntraday(timeframe)) {
    if (time % 1000 !== 0) return "the time is finer than a second"
    if (isInstant || timeZone === "UTC") return time
    const instants = instantsOfLocal(zone, time)
    if (instants.length === 1) return instants[0] as number
    return instants.length === 0
      ? `clocks in ${timeZone} were set forward over this time: it does not exist`
      : `clocks in ${timeZone} showed this time twice: which one is meant cannot be told`
  }
  const date = wall % dayMillis === 0 ? wall : time % dayMillis === 0 ? time : undefined
  if (date === undefined) return `${clockText(time)} is no start of a day in ${timeZone}`
  const midnight = midnightOf(zone, date)
  if (midnight === undefined) return `clocks in ${timeZone} skipped this midnight`
  return timeframe === "1d" ? midnight : openTimeOf(timeframe, midnight, timeZone)
}

/** Where intraday bins start, told by the minutes of the hour; `undefined` where both ways give the same. */
const anchorOf = (openTime: Float64Array, timeframe: Timeframe, clock: MarketClock): Anchor | undefined => {
  const minute = openingMinute(clock)
  if (!isIntraday(timeframe) || minute === undefined || (minute * 60_000) % nominalMillis(timeframe) === 0)
    return undefined
  let session = 0
  let full = 0
  let rows = 0
  for (const time of openTime) {
    if (Number.isNaN(time)) continue
    rows += 1
    const at = Math.floor(toLocalMillis(clock.zone, time) / 60_000) % 60
    if (at === minute) session += 1
    if (at === 0) full += 1
  }
  return session * 10 >= rows * 9 && rows > 0
    ? "session"
    : full * 10 >= rows * 9 && rows > 0
      ? "clock"
      : undefined
}
