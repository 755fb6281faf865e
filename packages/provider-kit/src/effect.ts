export { BarProviderService, type EffectBarProvider, fromBarProvider, layer } from "./bar-provider-service.ts"
export { callBytes, callJson, callText } from "./effect-calls.ts"
export { runPromise, toBarProvider } from "./to-bar-provider.ts"
