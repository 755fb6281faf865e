import { prepareCodes } from "./prefix-codes"
import { prepareScan } from "./scan-rows"

export { inflate } from "./inflate"
export { scanRows } from "./scan-rows"

/** Called once, before anything else. */
export function prepare(): void {
  prepareScan()
  prepareCodes()
}
