import type { EpochMillis } from "@barkeep/market-data"
import type { ElapsedTime, LedgerClock } from "./ledger-clock.ts"

/**
 * A moment in the ledger's own time: milliseconds that begin at the wall clock's epoch, but only ever go on, and never
 * faster than real time. Windows, pauses and places in the line are measured in it.
 */
export type LedgerMillis = number

/** One look at the clocks. */
export interface ClockReading {
  readonly wall: EpochMillis
  readonly elapsed: ElapsedTime | undefined
}

/** A moment of ledger time and what the clocks showed then. */
export interface TimeMark extends ClockReading {
  readonly time: LedgerMillis
}

export const readClock = (clock: LedgerClock): ClockReading => ({
  wall: clock.now(),
  elapsed: clock.elapsed?.(),
})

/** Where the ledger's time begins: at the wall clock's. */
export const firstMark = (reading: ClockReading): TimeMark => ({ ...reading, time: reading.wall })

/**
 * The mark for a reading, given the mark that was stored last, by any process, and this process's own last one.
 *
 * While a count of elapsed time is comparable (within a process, and between processes of one named boot) it alone
 * decides, so setting the wall clock changes nothing. Otherwise (after a boot, or for a new process on systems that
 * do not name boots) the wall clock has to be believed: forwards as it says, backwards not at all.
 */
export const nextMark = (stored: TimeMark, own: TimeMark | undefined, reading: ClockReading): TimeMark => {
  const latest = own !== undefined && own.time > stored.time ? own : stored
  const since = [own, stored].find(
    (mark) => mark?.elapsed !== undefined && mark.elapsed.scope === reading.elapsed?.scope,
  )
  const time =
    since === undefined
      ? latest.time + (reading.wall - latest.wall)
      : since.time + elapsedBetween(since, reading)
  return { ...reading, time: Math.max(latest.time, time) }
}

/** A ledger time on the wall clock that `mark` shows. */
export const toWall = (time: LedgerMillis, mark: TimeMark): EpochMillis =>
  Math.ceil(mark.wall + (time - mark.time))

/** A time of the wall clock that `mark` shows, as ledger time. */
export const fromWall = (time: EpochMillis, mark: TimeMark): LedgerMillis => mark.time + (time - mark.wall)

/** How long ago a mark was made, as this process can tell. */
export const millisSince = (mark: TimeMark, now: ClockReading): number =>
  mark.elapsed !== undefined && mark.elapsed.scope === now.elapsed?.scope
    ? elapsedBetween(mark, now)
    : now.wall - mark.wall

const elapsedBetween = (from: ClockReading, to: ClockReading): number =>
  (to.elapsed?.millis ?? 0) - (from.elapsed?.millis ?? 0)
