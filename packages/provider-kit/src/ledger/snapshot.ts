import type { EpochMillis } from "@barkeep/market-data"
import type { Budget } from "../bar-provider.ts"
import type { PauseKind } from "../limiter.ts"
import type { BudgetRow } from "./ledger-rows.ts"
import type { LedgerView } from "./ledger-store.ts"
import { toWall } from "./ledger-time.ts"

/** The ledger at one moment. */
export interface LedgerSnapshot {
  readonly at: EpochMillis
  /** In the order of their names. */
  readonly vendors: ReadonlyArray<VendorLimits>
}

export interface VendorLimits {
  readonly vendor: string
  readonly budgets: ReadonlyArray<BudgetUse>
  /** Those that have not ended, the one that ends last at the end. */
  readonly pauses: ReadonlyArray<VendorPause>
}

/** A budget as it was declared last, and what is booked of it in the window that ends now or taken by calls on their way. */
export interface BudgetUse extends Budget {
  /** More than the amount when that was higher before, or when the vendor counts more than we do. */
  readonly used: number
  /** When the oldest booking leaves the window; `undefined` when nothing is booked. */
  readonly freesUpAt: EpochMillis | undefined
}

export interface VendorPause {
  readonly kind: PauseKind
  readonly until: EpochMillis
  readonly since: EpochMillis
}

export const takeSnapshot = (view: LedgerView): LedgerSnapshot => {
  const { mark, rows } = view
  const budgets = rows.budgets()
  const pauses = rows.pausesAfter(mark.time)
  const vendors = [...new Set([...budgets, ...pauses].map(({ vendor }) => vendor))].toSorted()
  return {
    at: mark.wall,
    vendors: vendors.map((name) => ({
      vendor: name,
      budgets: budgets.filter(({ vendor }) => vendor === name).map((budget) => budgetUse(view, budget)),
      pauses: pauses
        .filter(({ vendor }) => vendor === name)
        .map(({ kind, until, since }) => ({ kind, until: toWall(until, mark), since: toWall(since, mark) })),
    })),
  }
}

const budgetUse = ({ mark, rows }: LedgerView, budget: BudgetRow): BudgetUse => {
  const { key, id, unit, amount, perMillis } = budget
  const { used, oldest } = rows.bookedAfter(key, mark.time - perMillis)
  const held = rows.held().reduce((sum, { budget: of, cost }) => sum + (of === key ? cost : 0), 0)
  const first = oldest ?? (held > 0 ? mark.time : undefined)
  const freesUpAt = first === undefined ? undefined : toWall(first + perMillis, mark)
  return { id, unit, amount, perMillis, used: used + held, freesUpAt }
}
