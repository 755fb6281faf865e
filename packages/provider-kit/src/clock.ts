import type { EpochMillis } from "@barkeep/market-data"

/** Where time comes from. Everything below the app takes one, so that tests and replays can bring their own. */
export interface Clock {
  readonly now: () => EpochMillis
  /**
   * Resolves after `millis`, at once when that is not positive. A real wait keeps the process alive: somebody is
   * waiting for what comes after it.
   * @throws the signal's reason when aborted
   */
  readonly sleep: (millis: number, signal?: AbortSignal) => Promise<void>
}

/** Longer timers fire at once in Node. */
const longestTimerMillis = 2_147_483_647

/** The host's clock: the one place below the app that reads it. */
export const systemClock: Clock = {
  // oxlint-disable-next-line no-restricted-globals -- see above
  now: () => Date.now(),
  sleep: async (millis, signal) => {
    signal?.throwIfAborted()
    for (let rest = millis; rest > 0; rest -= longestTimerMillis)
      await timer(Math.min(rest, longestTimerMillis), signal)
  },
}

const timer = (millis: number, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timeout)
      reject(signal?.reason)
    }
    const timeout = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort)
      resolve()
    }, millis)
    signal?.addEventListener("abort", onAbort, { once: true })
  })
