export { BarProviderService, type EffectBarProvider, fromBarProvider, layer } from "./bar-provider-service.ts"
export { callBytes, callJson, callText, trusted } from "./effect-calls.ts"
export { windowPages } from "./window-pages.ts"
export { runPromise, toBarProvider } from "./to-bar-provider.ts"
