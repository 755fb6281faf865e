export { canonicalSymbol, classifyTicker } from "./classify-ticker.ts"
export type {
  Alternative,
  Certainty,
  Classification,
  Evidence,
  ExchangeSymbol,
  Rule,
  TickerContext,
} from "./classification.ts"
export { InvalidTicker } from "./invalid-ticker.ts"
export { type ListNeed, needsExchangeList } from "./needs-exchange-list.ts"
export { parseOverrides, type TickerOverride, type TickerOverrides } from "./overrides.ts"
export type {
  OrderOptions,
  ProviderCapabilities,
  ProviderChoice,
  ProviderOrder,
  ProviderRefusal,
  Via,
} from "./provider-capabilities.ts"
export { providerOrder } from "./provider-order.ts"
