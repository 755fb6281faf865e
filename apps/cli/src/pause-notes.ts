import type { CallRecord } from "@barkeep/provider-kit"
import type { Console } from "./console.ts"

const waitingFor: { readonly [outcome: string]: string } = {
  RateLimited: "asks to slow down; waiting as long as it says",
  Banned: "has banned this address for a while; waiting until the ban ends",
  QuotaExhausted: "says the quota is used up",
}

/** Tells people why nothing moves when a vendor asks to wait; once for calls in flight together. */
export const pauseNotes = (console: Console): ((call: CallRecord) => void) => {
  const told = new Map<string, number>()
  return ({ vendor, outcome, startedAt, millis }) => {
    const text = waitingFor[outcome]
    const time = startedAt + millis
    if (text === undefined || time - (told.get(vendor) ?? Number.NEGATIVE_INFINITY) < 1000) return
    told.set(vendor, time)
    console.note(`${vendor} ${text}`)
  }
}
