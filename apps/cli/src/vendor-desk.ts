import type { BarProvider, CallRecord } from "@barkeep/provider-kit"
import { type LimitLedger, openLimitLedger } from "@barkeep/provider-kit/ledger"
import { type AuditLog, openAuditLog } from "./audit-log.ts"
import type { Configuration } from "./configuration.ts"
import type { Console } from "./console.ts"
import { watchLimiter } from "./limit-watch.ts"
import { makeProviders, type SharedOptions } from "./providers.ts"
import { errorLine } from "./run-command.ts"

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
  const shared: SharedOptions = {
    limiterFor: (account, budgets) =>
      watchLimiter(ledger.limiterFor(account, budgets), account, ledger.snapshot, console),
    onCall: (call) => {
      audit.call(call)
      console.debug(callText(call), { ...call })
    },
  }
  try {
    const result = await body({ providers: makeProviders(configuration, shared), shared, ledger, audit })
    audit.flush()
    return result
  } catch (error) {
    noteUnwritten(audit, console)
    throw error
  } finally {
    ledger.close()
  }
}

/** What ended the command matters more than that the last lines of its record cannot be written. */
const noteUnwritten = (audit: AuditLog, console: Console): void => {
  try {
    audit.flush()
  } catch (error) {
    console.note(`barkeep: ${errorLine(error)}`)
  }
}

const callText = ({
  vendor,
  endpoint,
  symbol,
  timeframe,
  status,
  outcome,
  millis,
  attempt,
}: CallRecord): string =>
  [
    vendor,
    endpoint,
    symbol,
    timeframe,
    status,
    outcome,
    `${Math.round(millis)} ms`,
    ...(attempt > 1 ? [`attempt ${attempt}`] : []),
  ]
    .filter((part) => part !== undefined)
    .join(" ")
