export type {
  BarProvider,
  BarRequest,
  Budget,
  CallOptions,
  Capabilities,
  FirstBarLookup,
  PlannedCall,
  TimeframeCapability,
} from "./bar-provider.ts"
export {
  describeFailure,
  isRetryable,
  ProviderError,
  type ProviderFailure,
  type ProviderOperation,
} from "./provider-error.ts"
