import type { BarProvider } from "@barkeep/provider-kit"
import { type LimitLedger, openLimitLedger } from "@barkeep/provider-kit/ledger"
import { type AuditLog, openAuditLog } from "./audit-log.ts"
import type { Configuration } from "./configuration.ts"
import type { Console } from "./console.ts"
import { pauseNotes } from "./pause-notes.ts"
import { makeProviders, type SharedOptions } from "./providers.ts"

/** Everything a command needs to ask vendors: within the limits of all processes of the user, and on the record. */
export interface VendorDesk {
  readonly providers: ReadonlyArray<BarProvider>
  readonly shared: SharedOptions
  readonly ledger: LimitLedger
  readonly audit: AuditLog
}

/** Opens the limit ledger and the audit log of the state folder, and closes them after `body`. */
export const withVendors = async <A>(
  configuration: Configuration,
  console: Console,
  now: number,
  body: (desk: VendorDesk) => Promise<A>,
): Promise<A> => {
  const ledger = await openLimitLedger(configuration.stateDir)
  const audit = openAuditLog(configuration.stateDir, now)
  const tell = pauseNotes(console)
  const shared: SharedOptions = {
    limiterFor: ledger.limiterFor,
    onCall: (call) => {
      audit.call(call)
      tell(call)
    },
  }
  try {
    return await body({ providers: makeProviders(configuration, shared), shared, ledger, audit })
  } finally {
    audit.flush()
    ledger.close()
  }
}
