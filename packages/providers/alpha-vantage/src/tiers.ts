import { InvalidInput } from "@barkeep/market-data"
import type { Budget, CallCost, Pace } from "@barkeep/provider-kit"

/** Which plan the key belongs to. Alpha Vantage tells by refusing, so it has to be known before. */
export type AlphaVantageTier = "free" | "premium"

/** What a tier allows. */
export interface TierLimits {
  readonly budgets: ReadonlyArray<Budget>
  /** What every call costs, whatever it asks and whether it succeeds. */
  readonly cost: CallCost
  readonly pace: Pace
}

const second = 1000
const minute = 60 * second
const day = 24 * 60 * minute

/** Alpha Vantage counts a second where the calls arrive, which is not where they start. */
const arrivalSlackMillis = 200

/** The cheapest premium plan. @see https://www.alphavantage.co/premium/ */
const defaultCallsPerMinute = 75

/**
 * The limits of a tier. A free key has 25 calls a day, kept here in every window of 24 hours, and one a second; a
 * premium key has what its plan says a minute, spread evenly, since a burst is answered with the text of the free
 * limit.
 * @param callsPerMinute of the premium plan; without meaning for the free tier
 * @throws {InvalidInput} when it is no positive whole number
 */
export const limitsOf = (
  tier: AlphaVantageTier,
  callsPerMinute: number = defaultCallsPerMinute,
): TierLimits => {
  if (!(Number.isSafeInteger(callsPerMinute) && callsPerMinute > 0))
    throw new InvalidInput({
      field: "callsPerMinute",
      value: callsPerMinute,
      expected: "a positive whole number",
    })
  return tier === "premium"
    ? {
        budgets: [{ id: "calls-1m", unit: "calls", amount: callsPerMinute, perMillis: minute }],
        cost: { "calls-1m": 1 },
        pace: { calls: 1, perMillis: Math.max(1, Math.floor(minute / callsPerMinute)) },
      }
    : {
        budgets: [
          { id: "calls-1d", unit: "calls", amount: 25, perMillis: day },
          { id: "calls-1s", unit: "calls", amount: 1, perMillis: second + arrivalSlackMillis },
        ],
        cost: { "calls-1d": 1, "calls-1s": 1 },
        // The budgets are slower; they may count on another clock, and for other processes too.
        pace: { calls: 1, perMillis: 1 },
      }
}
