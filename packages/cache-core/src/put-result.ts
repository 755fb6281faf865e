import type { PutResult } from "@barkeep/market-data"
import type { Quarantined } from "./quarantine.ts"

/** What a put did; also which files it set aside. */
export interface CachePutResult extends PutResult {
  readonly quarantined: ReadonlyArray<Quarantined>
}
