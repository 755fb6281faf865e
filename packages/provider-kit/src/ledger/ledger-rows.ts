import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite"
import type { EpochMillis } from "@barkeep/market-data"
import type { Budget } from "../bar-provider.ts"
import type { PauseKind } from "../limiter.ts"
import type { LedgerMillis, TimeMark } from "./ledger-time.ts"

/** The ledger's one row: its time, and two counters that only go up. */
export interface LedgerRow {
  readonly mark: TimeMark
  /** Another one since a reset. */
  readonly generation: number
  readonly lastBooking: number
}

export interface BookingRow {
  readonly id: number
  readonly budget: number
  readonly time: LedgerMillis
  readonly cost: number
}

export interface BudgetRow extends Budget {
  readonly key: number
  readonly vendor: string
  /** Longer than any window that was ever declared for it, so that a window can be made longer. */
  readonly keepMillis: number
}

export interface PauseRow {
  readonly vendor: string
  readonly kind: PauseKind
  readonly until: LedgerMillis
  readonly since: LedgerMillis
}

/** Part of a call that is on its way. */
export interface HeldRow {
  readonly id: number
  readonly budget: number
  readonly cost: number
  /** Until when the holder is believed to live. */
  readonly lease: LedgerMillis
}

/** What is booked of one budget after some time. */
export interface BookingSum {
  readonly used: number
  /** `undefined` when nothing is. */
  readonly oldest: LedgerMillis | undefined
}

/** The ledger's statements, each one step on its rows. All but `begin` belong inside a transaction. */
export interface LedgerRows {
  readonly begin: () => void
  readonly commit: () => void
  readonly rollback: () => void
  /** Always there in a whole ledger. */
  readonly ledger: () => LedgerRow | undefined
  readonly setLedger: (row: LedgerRow) => void
  /** Adds the budget or takes over its new definition; bookings belong to the id, whatever its amount is. */
  readonly declare: (vendor: string, budget: Budget, keepMillis: number) => BudgetRow
  readonly budgets: () => ReadonlyArray<BudgetRow>
  readonly book: (booking: BookingRow) => void
  /** Bookings of the vendor with higher ids, in order. */
  readonly bookingsAfter: (vendor: string, id: number) => ReadonlyArray<BookingRow>
  readonly bookedAfter: (budget: number, time: LedgerMillis) => BookingSum
  readonly forgetBookings: (budget: number, before: LedgerMillis) => void
  /** What calls on their way have taken, of all vendors. */
  readonly held: () => ReadonlyArray<HeldRow>
  readonly hold: (budget: number, cost: number, lease: LedgerMillis) => number
  readonly renewHeld: (id: number, lease: LedgerMillis) => void
  /** Removes it; `undefined` when somebody has before. */
  readonly takeHeld: (id: number) => HeldRow | undefined
  readonly pausesAfter: (time: LedgerMillis) => ReadonlyArray<PauseRow>
  /** The vendor's pause that ends last, if any ends after `time`. */
  readonly lastPause: (vendor: string, time: LedgerMillis) => PauseRow | undefined
  readonly setPause: (pause: PauseRow) => void
  readonly joinLine: (vendor: string, seen: LedgerMillis, due: LedgerMillis) => number
  readonly renewPlace: (place: number, vendor: string, seen: LedgerMillis, due: LedgerMillis) => void
  readonly leaveLine: (place: number) => void
  readonly forgetPlaces: (before: LedgerMillis) => void
  /** When the first one in the vendor's line, before `place` and seen since `seen`, expects its turn. */
  readonly dueAhead: (vendor: string, place: number, seen: LedgerMillis) => LedgerMillis | undefined
  /** Removes everything of the vendor, or of all. */
  readonly clear: (vendor: string | undefined) => void
}

/** Those that only read. */
export type LedgerReads = Pick<
  LedgerRows,
  "budgets" | "bookingsAfter" | "bookedAfter" | "held" | "pausesAfter" | "lastPause" | "dueAhead"
>

/** @throws what SQLite throws when the tables are not those of a ledger */
export const prepareRows = (database: DatabaseSync): LedgerRows => {
  const statement = (sql: string): StatementSync => database.prepare(sql)
  const run = (sql: string): ((...values: Array<SQLInputValue>) => void) => {
    const prepared = statement(sql)
    return (...values) => {
      prepared.run(...values)
    }
  }
  const one = <Row>(sql: string): ((...values: Array<SQLInputValue>) => Row | undefined) => {
    const prepared = statement(sql)
    return (...values) => prepared.get(...values) as Row | undefined
  }
  const all = <Row>(sql: string): ((...values: Array<SQLInputValue>) => ReadonlyArray<Row>) => {
    const prepared = statement(sql)
    return (...values) => prepared.all(...values) as unknown as ReadonlyArray<Row>
  }

  const ledger = one<StoredLedger>("SELECT time, wall, elapsed, scope, generation, last_booking FROM ledger")
  const setLedger = run(
    "UPDATE ledger SET time = ?, wall = ?, elapsed = ?, scope = ?, generation = ?, last_booking = ?",
  )
  const budgetColumns = "key, vendor, id, unit, amount, per_millis AS perMillis, keep_millis AS keepMillis"
  const declare = one<BudgetRow>(
    `INSERT INTO budget (vendor, id, unit, amount, per_millis, keep_millis) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (vendor, id) DO UPDATE SET unit = excluded.unit, amount = excluded.amount,
       per_millis = excluded.per_millis, keep_millis = max(keep_millis, excluded.keep_millis)
     RETURNING ${budgetColumns}`,
  )
  const book = run("INSERT INTO booking (id, budget, time, cost) VALUES (?, ?, ?, ?)")
  const booked = one<{ used: number | null; oldest: number | null }>(
    "SELECT sum(cost) AS used, min(time) AS oldest FROM booking WHERE budget = ? AND time > ?",
  )
  const hold = one<{ id: number }>("INSERT INTO held (budget, cost, lease) VALUES (?, ?, ?) RETURNING id")
  const setPause = run(
    `INSERT INTO pause (vendor, kind, until, since) VALUES (?1, ?2, ?3, ?4)
     ON CONFLICT (vendor, kind) DO UPDATE SET since = iif(until > ?4, since, ?4), until = max(until, ?3)`,
  )
  const renewHeld = run("UPDATE held SET lease = ? WHERE id = ?")
  const join = one<{ id: number }>("INSERT INTO waiting (vendor, seen, due) VALUES (?, ?, ?) RETURNING id")
  const renew = run(
    `INSERT INTO waiting (id, vendor, seen, due) VALUES (?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, due = excluded.due`,
  )
  const ahead = one<{ due: number }>(
    "SELECT due FROM waiting WHERE vendor = ? AND id < ? AND seen > ? ORDER BY id LIMIT 1",
  )
  const vendorsBudgets = "(SELECT key FROM budget WHERE ?1 IS NULL OR vendor = ?1)"
  const clear = [
    ...["booking", "held"].map((name) => `${name} WHERE budget IN ${vendorsBudgets}`),
    ...["budget", "pause", "waiting"].map((name) => `${name} WHERE ?1 IS NULL OR vendor = ?1`),
  ].map((rest) => run(`DELETE FROM ${rest}`))

  return {
    begin: run("BEGIN IMMEDIATE"),
    commit: run("COMMIT"),
    rollback: run("ROLLBACK"),
    ledger: () => {
      const stored = ledger()
      return stored && toLedgerRow(stored)
    },
    setLedger: ({ mark, generation, lastBooking }) =>
      setLedger(
        mark.time,
        mark.wall,
        mark.elapsed?.millis ?? null,
        mark.elapsed?.scope ?? null,
        generation,
        lastBooking,
      ),
    declare: (vendor, { id, unit, amount, perMillis }, keepMillis) =>
      declare(vendor, id, unit, amount, perMillis, keepMillis) as BudgetRow,
    budgets: all(`SELECT ${budgetColumns} FROM budget ORDER BY vendor, key`),
    book: ({ id, budget, time, cost }) => book(id, budget, time, cost),
    bookingsAfter: all(
      `SELECT id, budget, time, cost FROM booking
       WHERE budget IN (SELECT key FROM budget WHERE vendor = ?) AND id > ? ORDER BY id`,
    ),
    bookedAfter: (budget, time) => {
      const sum = booked(budget, time)
      return { used: sum?.used ?? 0, oldest: sum?.oldest ?? undefined }
    },
    forgetBookings: run("DELETE FROM booking WHERE budget = ? AND time < ?"),
    held: all("SELECT id, budget, cost, lease FROM held ORDER BY id"),
    hold: (budget, cost, lease) => (hold(budget, cost, lease) as { id: number }).id,
    renewHeld: (id, lease) => renewHeld(lease, id),
    takeHeld: one("DELETE FROM held WHERE id = ? RETURNING id, budget, cost, lease"),
    pausesAfter: all("SELECT vendor, kind, until, since FROM pause WHERE until > ? ORDER BY vendor, until"),
    lastPause: one(
      "SELECT vendor, kind, until, since FROM pause WHERE vendor = ? AND until > ? ORDER BY until DESC LIMIT 1",
    ),
    setPause: ({ vendor, kind, until, since }) => setPause(vendor, kind, until, since),
    joinLine: (vendor, seen, due) => (join(vendor, seen, due) as { id: number }).id,
    renewPlace: renew,
    leaveLine: run("DELETE FROM waiting WHERE id = ?"),
    forgetPlaces: run("DELETE FROM waiting WHERE seen < ?"),
    dueAhead: (vendor, place, seen) => ahead(vendor, place, seen)?.due,
    clear: (vendor) => {
      for (const remove of clear) remove(vendor ?? null)
    },
  }
}

interface StoredLedger {
  readonly time: LedgerMillis
  readonly wall: EpochMillis
  readonly elapsed: number | null
  readonly scope: string | null
  readonly generation: number
  readonly last_booking: number
}

const toLedgerRow = (stored: StoredLedger): LedgerRow => ({
  mark: {
    time: stored.time,
    wall: stored.wall,
    elapsed:
      stored.elapsed === null || stored.scope === null
        ? undefined
        : { scope: stored.scope, millis: stored.elapsed },
  },
  generation: stored.generation,
  lastBooking: stored.last_booking,
})
