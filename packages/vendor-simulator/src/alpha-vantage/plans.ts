import { InvalidInput } from "@barkeep/market-data"

/** What a key has been paid for. */
export type KeyPlan = "free" | "premium"

/** The keys of the simulated Alpha Vantage and what they may ask. */
export interface AlphaVantagePlans {
  /**
   * The keys that exist, besides `demo`; others are invalid.
   * @default every key exists; one that begins with `premium` is premium, all others are free
   */
  readonly keys?: { readonly [key: string]: KeyPlan }
  /** Of a free key, by New York's date. @default 25 */
  readonly callsPerDay?: number
  /** Of a free key. @default 1 */
  readonly callsPerSecond?: number
  /** Of a premium key. @default 75, the smallest plan */
  readonly callsPerMinute?: number
}

/** Who asks: `demo` may ask the examples of the documentation, as often as it likes. */
export type Caller = KeyPlan | "demo"

/** Whose key this is; `undefined` for a missing or invalid one. */
export const callerOf = ({ keys }: AlphaVantagePlans, key: string | null): Caller | undefined => {
  if (key === null || key === "") return undefined
  if (key === "demo") return "demo"
  if (keys !== undefined) return Object.hasOwn(keys, key) ? keys[key] : undefined
  return key.startsWith("premium") ? "premium" : "free"
}

/** @throws {InvalidInput} when a plan is unknown or a limit is no positive whole number */
export const checkPlans = (plans: AlphaVantagePlans): void => {
  for (const [key, plan] of Object.entries(plans.keys ?? {}))
    if (plan !== "free" && plan !== "premium")
      throw new InvalidInput({ field: `alphaVantage.keys.${key}`, value: plan, expected: "free or premium" })
  for (const name of ["callsPerDay", "callsPerSecond", "callsPerMinute"] as const) {
    const limit = plans[name]
    if (limit !== undefined && !(Number.isSafeInteger(limit) && limit >= 1))
      throw new InvalidInput({
        field: `alphaVantage.${name}`,
        value: limit,
        expected: "a whole number from 1",
      })
  }
}
