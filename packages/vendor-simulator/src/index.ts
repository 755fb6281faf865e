export {
  startVendorSimulator,
  type SimulatorUrls,
  type VendorSimulator,
  type VendorSimulatorOptions,
} from "./vendor-simulator.ts"
export { type Clock, type VirtualClock, virtualClock } from "./clock.ts"
export type { Fault, FaultMatch, FaultRule, FaultType } from "./faults.ts"
export type { FaultRuleState } from "./fault-plan.ts"
export type { Counters, LoggedRequest } from "./request-log.ts"
export type { AlphaVantagePlans, KeyPlan } from "./alpha-vantage/plans.ts"
export type { CallCounts, KeyCalls } from "./alpha-vantage/count-calls.ts"
export type { WeightLimits } from "./binance/weight-limiter.ts"
export type { CoingeckoManners } from "./coingecko/coingecko-site.ts"
export type { CoingeckoPlan } from "./coingecko/plans.ts"
export type { YahooManners } from "./yahoo/yahoo-site.ts"
export type { SessionEvent } from "./session-market/corporate-actions.ts"
export { defaultSessionListings } from "./session-market/default-session-listings.ts"
export type {
  DividendPlan,
  SessionKind,
  SessionListing,
  SplitRatio,
} from "./session-market/session-listing.ts"
export type { Halt } from "./market/halts.ts"
export { defaultListings, type Listing } from "./market/listing.ts"
export type { Recording, RecordingSummary } from "./market/read-recording.ts"
export type { DuplicateRule } from "./market/recorded-bars.ts"
export { ListenFailed, UnusableRecording } from "./errors.ts"
