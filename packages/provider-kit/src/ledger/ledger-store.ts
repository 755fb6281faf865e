import type { LedgerClock } from "./ledger-clock.ts"
import { isBusy, LedgerError, toLedgerError } from "./ledger-error.ts"
import { type LedgerFile, openLedgerFile } from "./ledger-file.ts"
import { type LedgerReads, type LedgerRows, prepareRows } from "./ledger-rows.ts"
import { type LedgerMillis, nextMark, readClock, type TimeMark } from "./ledger-time.ts"

/** The ledger inside one transaction: nobody else changes it meanwhile. */
export interface LedgerView {
  /** Now, on all clocks. */
  readonly mark: TimeMark
  /** Another text as soon as what earlier transactions read or wrote may be there no more. */
  readonly version: string
  readonly rows: LedgerReads
  readonly change: (work: (rows: LedgerRows) => void) => void
  /** Books a cost, now unless told otherwise. */
  readonly book: (budget: number, cost: number, time?: LedgerMillis) => void
  /** Makes a new version for everybody: bookings were removed. */
  readonly beginGeneration: () => void
}

/** The ledger on disk. */
export interface LedgerStore {
  readonly clock: LedgerClock
  /**
   * Runs `work` in one short transaction that is stored when this resolves, unless it changed nothing. While others
   * are in the way it waits without blocking; `work` may run more than once.
   * @throws {LedgerError}
   * @throws the signal's reason when aborted while waiting
   */
  readonly transact: <A>(work: (view: LedgerView) => A, signal?: AbortSignal) => Promise<A>
  readonly close: () => void
}

/** @throws {LedgerError} */
export const openStore = async (
  path: string,
  clock: LedgerClock,
  lockTimeoutMillis: number,
): Promise<LedgerStore> => {
  const patiently = retryWhileBusy(path, clock, lockTimeoutMillis)
  const attempt = createAttempts(await patiently(() => openLedgerFile(path, readClock(clock))), clock)
  let isClosed = false
  const store: LedgerStore = {
    clock,
    transact: async (work, signal) => {
      const { result } = await patiently(() => {
        if (isClosed) throw new Error(`the limit ledger ${path} was closed`)
        return attempt.once(work)
      }, signal)
      return result
    },
    close: () => {
      if (!isClosed) attempt.close()
      isClosed = true
    },
  }
  try {
    // From here on this process knows how much time has passed, and so do all others of this boot: without the mark on
    // disk each would begin anew to count from the last one, and the fastest would make the bookings of the others old.
    await store.transact(({ change }) => change(() => {}))
    return store
  } catch (cause) {
    store.close()
    throw cause
  }
}

interface Attempts {
  /** One transaction; `undefined` when another connection is in the way. */
  readonly once: <A>(work: (view: LedgerView) => A) => { readonly result: A } | undefined
  readonly close: () => void
}

const createAttempts = ({ path, database, checkPresent }: LedgerFile, clock: LedgerClock): Attempts => {
  const rows = prepare(path, database)
  let own: TimeMark | undefined
  let failures = 0

  const runInside = <A>(work: (view: LedgerView) => A): A => {
    const stored = rows.ledger()
    if (stored === undefined) throw new LedgerError(path, { _tag: "Damaged", what: "it has lost its time" })
    let { generation, lastBooking } = stored
    const mark = nextMark(stored.mark, own, readClock(clock))
    own = mark
    let isChanged = false
    const change: LedgerView["change"] = (write) => {
      isChanged = true
      write(rows)
    }
    const result = work({
      mark,
      version: `${generation}.${failures}`,
      rows,
      change,
      book: (budget, cost, time = mark.time) =>
        change(() => {
          lastBooking += 1
          rows.book({ id: lastBooking, budget, time, cost })
        }),
      beginGeneration: () =>
        change(() => {
          generation += 1
        }),
    })
    if (isChanged) {
      rows.setLedger({ mark, generation, lastBooking })
      rows.commit()
    } else rows.rollback()
    return result
  }

  return {
    once: (work) => {
      try {
        checkPresent()
        rows.begin()
        try {
          return { result: runInside(work) }
        } catch (cause) {
          failures += 1
          if (database.isTransaction) rows.rollback()
          throw cause
        }
      } catch (cause) {
        if (isBusy(cause)) return undefined
        throw toLedgerError(path, cause)
      }
    },
    close: () => database.close(),
  }
}

const prepare = (path: string, database: LedgerFile["database"]): LedgerRows => {
  try {
    return prepareRows(database)
  } catch (cause) {
    database.close()
    throw toLedgerError(path, cause)
  }
}

const longestRetryMillis = 10

const retryWhileBusy =
  (path: string, clock: LedgerClock, lockTimeoutMillis: number) =>
  async <A>(tryNow: () => A | undefined, signal?: AbortSignal): Promise<A> => {
    let waitedMillis = 0
    for (let pause = 1; ; pause = Math.min(2 * pause, longestRetryMillis)) {
      signal?.throwIfAborted()
      const result = tryNow()
      if (result !== undefined) return result
      if (waitedMillis >= lockTimeoutMillis) throw new LedgerError(path, { _tag: "Locked", waitedMillis })
      await clock.sleep(pause, signal)
      waitedMillis += pause
    }
  }
