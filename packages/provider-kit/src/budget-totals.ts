import type { BarProvider, PlannedCall } from "./bar-provider.ts"

/** What calls cost against one budget of a provider. */
export interface BudgetTotal {
  readonly provider: string
  readonly calls: number
  readonly budget: string
  readonly cost: number
  /** The least time the budget allows this in. */
  readonly minimumMillis: number
}

/** The sum of planned calls to one provider, for each of its budgets. */
export const budgetTotals = (
  { id, capabilities }: Pick<BarProvider, "id" | "capabilities">,
  calls: ReadonlyArray<Pick<PlannedCall, "cost">>,
): ReadonlyArray<BudgetTotal> =>
  capabilities.budgets.map(({ id: budget, amount, perMillis }) => {
    const cost = calls.reduce((sum, call) => sum + (call.cost[budget] ?? 0), 0)
    const windows = Math.max(0, Math.ceil(cost / amount) - 1)
    return { provider: id, calls: calls.length, budget, cost, minimumMillis: windows * perMillis }
  })
