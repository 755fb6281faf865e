import type { Clock } from "./clock.ts"
import type { FaultPlan } from "./fault-plan.ts"
import type { FaultRule } from "./faults.ts"
import type { LoggedRequest } from "./request-log.ts"
import type { VendorSite } from "./vendor-site.ts"

/** What the server and its control pages share. */
export interface ServerState {
  readonly clock: Clock
  readonly sites: ReadonlyArray<VendorSite>
  readonly log: Array<LoggedRequest>
  readonly faultPlan: () => FaultPlan
  readonly setFaults: (rules: ReadonlyArray<FaultRule>) => void
}
