/** Says whether several threads should decode the next piece of work, from what such work has cost so far. */
export interface ThreadGate {
  readonly isOpen: (rows: number) => boolean
  /** What one piece of work took, by the clock. */
  readonly note: (way: "alone" | "together", rows: number, millis: number) => void
}

/** Below this, handing work to a thread costs about what it saves. */
const fewestRows = 60_000
/** Starting threads costs as much as decoding a good part of a year: only a process that reads more gets them. */
const rowsBeforeThreads = 1_000_000
/** Threads that gain less only heat the machine. */
const worthwhile = 0.9
const mostSkipped = 64

/**
 * On a machine whose cores have other work, or are two halves of one, threads may gain nothing. Whether they do is
 * measured: when they do not, the caller works alone for some pieces of work before it tries again, each time longer.
 * @param cores 1 keeps the gate shut
 */
export const makeThreadGate = (cores: number): ThreadGate => {
  let rowsSeen = 0
  let alone: number | undefined
  let together: number | undefined
  let hasStarted = false
  let toSkip = 0
  let nextSkip = 4
  const smooth = (before: number | undefined, now: number): number =>
    before === undefined ? now : 0.7 * before + 0.3 * now
  return {
    isOpen: (rows) => {
      if (cores < 2 || rows < fewestRows) return false
      rowsSeen += rows
      if (rowsSeen <= rowsBeforeThreads) return false
      if (toSkip === 0) return true
      toSkip -= 1
      return false
    },
    note: (way, rows, millis) => {
      const cost = millis / rows
      if (way === "alone") {
        alone = smooth(alone, cost)
        return
      }
      // The first time pays for starting the threads.
      if (!hasStarted) {
        hasStarted = true
        return
      }
      together = smooth(together, cost)
      if (alone === undefined || together <= worthwhile * alone) {
        nextSkip = 4
        return
      }
      toSkip = nextSkip
      nextSkip = Math.min(2 * nextSkip, mostSkipped)
      together = undefined
    },
  }
}
