export { type BarsReport, validateBars, type ValidateBarsInput } from "./validate-bars.ts"
