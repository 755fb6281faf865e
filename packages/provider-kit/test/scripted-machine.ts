import type { LedgerClock } from "../src/ledger.ts"
import { surelyElapsed } from "../src/ledger/ledger-clock.ts"

/** A machine whose clock is set, which sleeps and is booted by a script; waiting in it takes no time of ours. */
export interface ScriptedMachine {
  /** True time, which no program on the machine can know. */
  readonly trueTime: () => number
  readonly wallOffset: () => number
  readonly run: (millis: number) => void
  readonly suspend: (millis: number) => void
  /** Off for `millis`; the wall clock goes on from `wallOffset`. */
  readonly reboot: (millis: number, wallOffset: number) => void
  readonly setWall: (byMillis: number) => void
  /** The clocks of one process. `scope` names its count of elapsed time when the machine's boots have no names. */
  readonly clockFor: (scope?: string) => LedgerClock
}

export const createMachine = (start: number): ScriptedMachine => {
  let time = start
  let offset = 0
  let boots = 0
  let bootedAt = start - 100_000
  let suspended = 0
  return {
    trueTime: () => time,
    wallOffset: () => offset,
    run: (millis) => {
      time += millis
    },
    suspend: (millis) => {
      time += millis
      suspended += millis
    },
    reboot: (millis, wallOffset) => {
      time += millis
      offset = wallOffset
      boots += 1
      bootedAt = time
      suspended = 0
    },
    setWall: (byMillis) => {
      offset += byMillis
    },
    clockFor: (scope) => ({
      now: () => time + offset,
      sleep: async (millis, signal) => {
        signal?.throwIfAborted()
        time += Math.max(0, millis)
        await Promise.resolve()
      },
      elapsed: () => ({
        scope: scope ?? `boot ${boots}`,
        // Uptime goes in steps of 10 ms.
        millis: surelyElapsed(time - bootedAt - suspended, Math.floor((time - bootedAt) / 10) * 10),
      }),
    }),
  }
}
