export { type LedgerOptions, type LimitLedger, openLimitLedger } from "./ledger/limit-ledger.ts"
export type { BudgetUse, LedgerSnapshot, VendorLimits, VendorPause } from "./ledger/snapshot.ts"
export { LedgerError, type LedgerFailure } from "./ledger/ledger-error.ts"
export { type ElapsedTime, type LedgerClock, systemLedgerClock } from "./ledger/ledger-clock.ts"
