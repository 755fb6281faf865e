import { readFileSync } from "node:fs"
import { uptime } from "node:os"
import { hrtime, pid } from "node:process"
import { type Clock, systemClock } from "../clock.ts"

/** A reading of a clock that nobody can set: between two readings of one scope at least this much time has passed. */
export interface ElapsedTime {
  /** What the count belongs to, a boot of the machine or a process; readings of different scopes say nothing. */
  readonly scope: string
  readonly millis: number
}

/** A clock that can also tell how much time has surely passed, whatever the wall clock was set to meanwhile. */
export interface LedgerClock extends Clock {
  /** Absent where only the wall clock is to be had, a test's for example. */
  readonly elapsed?: () => ElapsedTime
}

/** The host's clocks. Linux names its boots, so that all processes share one scope; elsewhere each has its own. */
export const systemLedgerClock: LedgerClock = {
  ...systemClock,
  elapsed: () => ({ scope: hostScope(), millis: surelyElapsed(awakeMillis(), uptime() * 1000) }),
}

/**
 * What two counts since the boot are good for together: one that is exact but leaves out suspended time on some
 * systems, and the uptime, which has it but goes in steps, of a second on some.
 */
export const surelyElapsed = (awake: number, up: number): number => Math.max(awake, up - uptimeStepMillis)

const uptimeStepMillis = 1000

const awakeMillis = (): number => {
  const [seconds, nanos] = hrtime()
  return seconds * 1000 + nanos / 1e6
}

let scope: string | undefined

const hostScope = (): string => {
  scope ??= bootId() ?? `process ${pid} ${performance.timeOrigin}`
  return scope
}

const bootId = (): string | undefined => {
  try {
    return `boot ${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}`
  } catch {
    // Only Linux has it.
    return undefined
  }
}
