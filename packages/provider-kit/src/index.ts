export type {
  BarProvider,
  BarRequest,
  Budget,
  CallOptions,
  Capabilities,
  FirstBarLookup,
  NextBarLookup,
  PlannedCall,
  TimeframeCapability,
} from "./bar-provider.ts"
export { type BudgetTotal, budgetTotals } from "./budget-totals.ts"
export {
  describeFailure,
  isRetryable,
  ProviderError,
  type ProviderFailure,
  type ProviderOperation,
} from "./provider-error.ts"
export { type Clock, systemClock } from "./clock.ts"
export {
  type AcquireOptions,
  type CallCost,
  type LimitFacts,
  type Limiter,
  LimitReached,
  type PauseKind,
  unlimited,
} from "./limiter.ts"
export { createLimiter } from "./sliding-window-limiter.ts"
export type { FetchFunction } from "./exchange.ts"
export type { CallRecord, Pace, VendorOptions } from "./vendor-options.ts"
export {
  createVendorClient,
  type VendorCall,
  type VendorClient,
  type VendorClientOptions,
} from "./vendor-client.ts"
export {
  type BytesAnswer,
  excerpt,
  failureOfStatus,
  type JsonAnswer,
  type VendorAnswer,
} from "./vendor-answer.ts"
export { parseHttpDate, retryAfter, serverTime, toHostTime } from "./answer-times.ts"
export { createRedactor, type Redactor } from "./redact.ts"
export { checkPage } from "./check-page.ts"
export { isObject, isText, type JsonObject, textField } from "./json-object.ts"
export { type ClosedPages, closedPages } from "./closed-pages.ts"
export { type Settling, splitSettled } from "./split-settled.ts"
export { isUnitSlip } from "./unit-slip.ts"
