export { type BarsReport, validateBars, type ValidateBarsInput } from "./validate-bars.ts"
export { type ValidateStoreOptions, validateStore, type ValidationEvent } from "./validate-store.ts"
