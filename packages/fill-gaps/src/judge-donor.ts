import { type Coverage, type EntryDescription, isIntraday, isoTime, hasSessions } from "@barkeep/market-data"
import { type PlannedCall, ProviderError } from "@barkeep/provider-kit"
import type { Donor } from "./donor.ts"
import type { FilledEntry, GapTask } from "./gap-task.ts"
import type { Attempt, NotFillableReason } from "./outcome.ts"

/** What decides whether a donor is asked about a gap before it is asked. */
export interface DonorQuestion {
  readonly donor: Donor
  readonly entry: FilledEntry
  readonly coverage: Coverage
  readonly now: number
  /** How long an answer counts as the vendor's last word. */
  readonly reaskMillis: number
}

/** Why a donor is not asked about this gap; `undefined` when it is. Pure. */
export const findRefusal = (question: DonorQuestion, task: GapTask): Attempt | undefined => {
  const { donor, entry, now } = question
  const { capabilities } = donor.provider
  const refuse = (reason: NotFillableReason, text: string): Attempt => ({
    donor: donor.id,
    reason,
    text,
    rows: 0,
  })
  const { instrument, timeframe } = entry
  if (!capabilities.assetClasses.includes(instrument.assetClass))
    return refuse("no-donor", `has no bars of ${instrument.assetClass}`)
  const anchor = findAnchorIssue(entry, capabilities.anchor)
  if (anchor !== undefined) return refuse("anchor", anchor)
  const own = findOwnAnswer(question, task)
  if (own !== undefined)
    return {
      ...refuse("own-answer", `the gap is its own answer of ${isoTime(own)}; asked again a while later`),
      retryAt: own + question.reaskMillis,
    }
  const reach = capabilities.timeframes[timeframe]?.lookBackMillis
  if (reach !== undefined && task.range.to <= now - reach)
    return refuse(
      "look-back",
      `${timeframe} reaches back ${Math.floor(reach / 86_400_000)} days, the gap ended before`,
    )
  const planned = planCalls(donor, entry, task.range)
  if (!("calls" in planned)) return { donor: donor.id, rows: 0, ...planned }
  return donor.needsConsent === true
    ? refuse("sampled-only", "has only price points here, not bars, and they were not allowed")
    : undefined
}

const findAnchorIssue = (entry: EntryDescription, anchor: string | undefined): string | undefined => {
  if (!hasSessions(entry.instrument) || !isIntraday(entry.timeframe)) return undefined
  if (entry.anchor === undefined || anchor === undefined || entry.anchor === anchor) return undefined
  return `its bars start on the ${anchor === "clock" ? "full hour" : "session's open"}, the entry's on the ${entry.anchor === "clock" ? "full hour" : "session's open"}`
}

/** When the donor gave the answer that is the gap, if that was not long ago. */
const findOwnAnswer = (
  { donor, entry, coverage, now, reaskMillis }: DonorQuestion,
  { range }: GapTask,
): number | undefined => {
  const around = entry.sourceAt(range.from)
  const isArchive = donor.source === "archive"
  const vendor = donor.provider.capabilities.provider
  if (around !== undefined && around.provider === vendor && around.isArchive !== isArchive) return undefined
  if (around === undefined && isArchive) return undefined
  const asked = coverage
    .filter((span) => span.provider === vendor && span.from < range.to && span.to > range.from)
    .map((span) => span.askedAt)
  const last = Math.max(...asked)
  return last + reaskMillis > now ? last : undefined
}

/** The calls for a range, or why there can be none. */
export const planCalls = (
  { provider }: Donor,
  { instrument, timeframe }: EntryDescription,
  range: { readonly from: number; readonly to: number },
):
  | { readonly calls: ReadonlyArray<PlannedCall> }
  | { readonly reason: NotFillableReason; readonly text: string } => {
  try {
    return { calls: provider.plan({ instrument, timeframe, range }) }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    return { reason: reasonOf(error), text: error.message }
  }
}

/** The reason that a vendor's failure is. */
export const reasonOf = ({ reason }: ProviderError): NotFillableReason => {
  switch (reason._tag) {
    case "UnsupportedTimeframe":
      return "granularity"
    case "OutsideHistory":
      return "look-back"
    case "SymbolNotFound":
      return reason.certain ? "symbol-unknown" : "vendor-failure"
    case "TierRequired":
    case "AuthenticationFailed":
      return "tier-required"
    case "QuotaExhausted":
    case "RateLimited":
    case "Banned":
      return "quota"
    case "GeoBlocked":
    case "BlockedByFirewall":
    case "NetworkFailure":
    case "VendorOutage":
    case "MalformedResponse":
    case "RequestRejected":
      return "vendor-failure"
  }
}

/** True when nothing else is to be asked of the vendor in this run. */
export const concernsVendor = ({ reason }: ProviderError): boolean =>
  [
    "QuotaExhausted",
    "RateLimited",
    "Banned",
    "GeoBlocked",
    "BlockedByFirewall",
    "AuthenticationFailed",
    "NetworkFailure",
    "VendorOutage",
  ].includes(reason._tag)

/** True when the vendor would say the same of every other range of the entry. */
export const concernsEntry = ({ reason }: ProviderError): boolean =>
  ["SymbolNotFound", "TierRequired", "UnsupportedTimeframe"].includes(reason._tag)
