import type { Fault, FaultRule } from "./faults.ts"
import { hashPair, unitInterval } from "./random.ts"

/** A rule and what has become of it. */
export interface FaultRuleState {
  readonly rule: FaultRule
  /** Requests that matched. */
  readonly matched: number
  /** How many of them the fault was chosen for. */
  readonly fired: number
}

/** Decides request by request whether something goes wrong. */
export interface FaultPlan {
  /** The fault of the first rule that fires; every matching rule counts the request, whichever fires. */
  readonly next: (request: {
    readonly vendor: string
    readonly endpoint: string
    readonly parameters: URLSearchParams
  }) => Fault | undefined
  readonly states: () => ReadonlyArray<FaultRuleState>
}

/**
 * A plan with counters at zero. Whether a rule's n-th matching request is hit depends only on seed, rule and n,
 * so concurrency changes which request is hit but not how many.
 */
export const createFaultPlan = (rules: ReadonlyArray<FaultRule>, seed: number): FaultPlan => {
  const states = rules.map((rule, index) => ({ rule, seed: hashPair(seed, index + 1), matched: 0, fired: 0 }))
  return {
    next: (request) => {
      let fault: Fault | undefined
      for (const state of states) {
        if (!matches(state.rule, request)) continue
        state.matched += 1
        if (fault !== undefined || !fires(state)) continue
        state.fired += 1
        fault = state.rule.fault
      }
      return fault
    },
    states: () => states.map(({ rule, matched, fired }) => ({ rule, matched, fired })),
  }
}

const matches = (
  { match }: FaultRule,
  request: { readonly vendor: string; readonly endpoint: string; readonly parameters: URLSearchParams },
): boolean =>
  (match?.vendor === undefined || match.vendor === request.vendor) &&
  (match?.endpoint === undefined || match.endpoint === request.endpoint) &&
  Object.entries(match?.parameters ?? {}).every(([name, value]) => request.parameters.get(name) === value)

const fires = (state: {
  readonly rule: FaultRule
  readonly seed: number
  readonly matched: number
  readonly fired: number
}): boolean => {
  const { probability, nth, every, times } = state.rule
  if (times !== undefined && state.fired >= times) return false
  if (nth !== undefined && !(typeof nth === "number" ? nth === state.matched : nth.includes(state.matched)))
    return false
  if (every !== undefined && state.matched % every !== 0) return false
  return probability === undefined || unitInterval(hashPair(state.seed, state.matched)) < probability
}
