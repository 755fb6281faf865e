export {
  barProviderConformance,
  type ConformanceCase,
  type ConformanceSetup,
} from "./conformance/bar-provider-conformance.ts"
export { observeFetch, type ObservedFetch } from "./conformance/observed-fetch.ts"
export { createVirtualClock, type VirtualClock } from "./conformance/virtual-clock.ts"
