/**
 * Runs one piece of work after the other, in the order of asking, so that a cheap call cannot starve an expensive one.
 * Rejects with the signal's reason as soon as that aborts, even while others are served first; the work itself still
 * gets its turn and has to look at the signal.
 */
export type TakeTurn = (work: () => Promise<void>, signal: AbortSignal | undefined) => Promise<void>

export const createTurns = (): TakeTurn => {
  let tail: Promise<unknown> = Promise.resolve()
  return (work, signal) => {
    const turn = tail.then(work)
    tail = turn.catch(() => {})
    return untilAborted(turn, signal)
  }
}

const untilAborted = (turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> => {
  if (signal === undefined) return turn
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    else signal.addEventListener("abort", onAbort, { once: true })
    turn.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort))
  })
}
