import type { EntryDescription } from "@barkeep/market-data"
import { type BarProvider, ProviderError } from "@barkeep/provider-kit"

/**
 * True when another provider may be asked instead: the first one cannot or may not give it. Not for a rate limit (which
 * passes), a failure of our own network, or an answer that cannot be trusted (which somebody has to look at).
 */
export const allowsFallback = (error: Error): boolean => {
  if (!(error instanceof ProviderError)) return false
  switch (error.reason._tag) {
    case "TierRequired":
    case "AuthenticationFailed":
    case "QuotaExhausted":
    case "Banned":
    case "GeoBlocked":
    case "BlockedByFirewall":
    case "SymbolNotFound":
    case "UnsupportedTimeframe":
    case "OutsideHistory":
    case "VendorOutage":
      return true
    case "RateLimited":
    case "NetworkFailure":
    case "MalformedResponse":
    case "RequestRejected":
      return false
  }
}

/** True when the provider's bars may stand beside what the entry holds already: same adjustment, same anchor. */
export const fitsEntry = (entry: EntryDescription | undefined, { capabilities }: BarProvider): boolean =>
  entry === undefined ||
  (entry.adjustment === capabilities.adjustment &&
    (entry.anchor === undefined || capabilities.anchor === undefined || entry.anchor === capabilities.anchor))

/** True when the failure concerns everything this vendor could be asked now. */
export const concernsWholeVendor = (error: Error): boolean =>
  error instanceof ProviderError &&
  ["Banned", "GeoBlocked", "QuotaExhausted", "AuthenticationFailed", "BlockedByFirewall"].includes(
    error.reason._tag,
  )
