import { type EpochMillis, InvalidInput, type Timeframe } from "@barkeep/market-data"
import { orFailure } from "./attempt.ts"
import type { CacheFiles, QuarantineCase } from "./cache-files.ts"
import type { Expiry } from "./report.ts"

export interface ExpiryOptions {
  readonly files: CacheFiles
  readonly now: EpochMillis
  /** Cases set aside at least this long ago. */
  readonly olderThanMillis: number
  readonly symbols?: ReadonlyArray<string>
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
}

/**
 * The cases that are old enough to be deleted, oldest first, each with how much of it the cache has as well. Writes nothing.
 * @throws the store's typed error when the quarantine cannot be listed; the signal's reason when aborted
 */
export const planExpiry = async (options: ExpiryOptions): Promise<ReadonlyArray<Expiry>> => {
  const { files, now, olderThanMillis, symbols, timeframes, signal } = options
  const expiries: Array<Expiry> = []
  for (const found of await files.cases()) {
    if (found.at > now - olderThanMillis) continue
    if (symbols?.includes(found.symbol) === false || timeframes?.includes(found.timeframe) === false) continue
    signal?.throwIfAborted()
    expiries.push(
      await orFailure<Expiry>(
        async () => ({
          case: found,
          presence: await files.presence(found.id),
          outcome: { _tag: "Planned" },
        }),
        (error) => ({
          case: found,
          presence: unknownPresence,
          outcome: { _tag: "Failed", error: error.message },
        }),
      ),
    )
  }
  return expiries
}

/**
 * Deletes the planned cases for good. A case that may be the only copy of something is refused unless
 * `deleteOnlyCopies`; that is looked at again right before it is deleted.
 * @throws the signal's reason when aborted, between two cases. What the store refuses is in the result
 */
export const expireCases = async (
  plan: ReadonlyArray<Expiry>,
  options: {
    readonly files: CacheFiles
    readonly deleteOnlyCopies?: boolean
    readonly signal?: AbortSignal
  },
): Promise<ReadonlyArray<Expiry>> => {
  const done: Array<Expiry> = []
  for (const { case: planned } of plan) {
    options.signal?.throwIfAborted()
    done.push(await expireOne(planned, options.files, options.deleteOnlyCopies === true))
  }
  return done
}

/** What cannot be looked at counts as the only copy. */
const unknownPresence = { readableRows: 0, missingRows: 0, isOnlyCopy: true }

const expireOne = async (
  planned: QuarantineCase,
  files: CacheFiles,
  deleteOnlyCopies: boolean,
): Promise<Expiry> => {
  return orFailure<Expiry>(
    async () => {
      const presence = await files.presence(planned.id)
      if (presence.isOnlyCopy && !deleteOnlyCopies)
        return { case: planned, presence, outcome: { _tag: "OnlyCopy" } }
      await files.expire(planned.id)
      return { case: planned, presence, outcome: { _tag: "Deleted" } }
    },
    (error) => ({
      case: planned,
      presence: unknownPresence,
      outcome: { _tag: "Failed", error: error.message },
    }),
  )
}

const units: { readonly [unit: string]: number | undefined } = {
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of `90d`, `12h`, `4w`. @throws {InvalidInput} for anything else, under the name of the field */
export const parseAge = (text: string, field = "age"): number => {
  const match = /^(\d{1,6})([hdw])$/.exec(text.trim())
  const unit = units[match?.[2] ?? ""]
  if (match === null || unit === undefined)
    throw new InvalidInput({ field, value: text, expected: "an age such as 90d, 12h or 4w" })
  return Number(match[1]) * unit
}
