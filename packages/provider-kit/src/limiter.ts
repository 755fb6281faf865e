import { type EpochMillis, isoTime, TaggedError } from "@barkeep/market-data"

/** What a call costs, by budget id; a budget not named costs nothing. */
export interface CallCost {
  readonly [budgetId: string]: number
}

/** Why a vendor must not be asked for a while. */
export type PauseKind = "rate-limited" | "banned" | "quota-exhausted"

export interface AcquireOptions {
  readonly signal?: AbortSignal
  /** Gives up at once when it would have to wait longer than this from its turn on. @default no bound */
  readonly maxWaitMillis?: number
  /**
   * Settles when the vendor has seen the call or never will. Until then the call counts as made just now, so that one
   * that is late on its way does not arrive too close to those after it.
   * @default the call counts as made when it is booked
   */
  readonly arrived?: Promise<unknown>
}

/** What an answer says of the vendor's own count, by budget id: what is used up in its present window. */
export interface LimitFacts {
  readonly used: { readonly [budgetId: string]: number }
}

/**
 * Keeps one vendor's budgets and pauses. `createLimiter` counts within the process; a ledger on disk can implement the
 * same for all processes of a machine, which is why everything is asynchronous and a cost is booked before the call.
 */
export interface Limiter {
  /**
   * Resolves when the call may be made now; its cost is booked by then, whatever becomes of the call. First come,
   * first served.
   * @throws {LimitReached} when that would take longer than `maxWaitMillis`
   * @throws {InvalidInput} when the cost names an unknown budget or can never be afforded
   * @throws the signal's reason when aborted
   */
  readonly acquire: (cost: CallCost, options?: AcquireOptions) => Promise<void>
  /** Takes over the vendor's count where it is higher than ours; budgets that are not ours are ignored. */
  readonly observe: (facts: LimitFacts) => Promise<void>
  /** No call before `until`; of several pauses the one that ends last counts. */
  readonly pauseUntil: (until: EpochMillis, kind: PauseKind) => Promise<void>
}

/** The vendor's limits forbid a call for longer than the caller wants to wait. */
export class LimitReached extends TaggedError<"LimitReached"> {
  readonly _tag = "LimitReached"
  override readonly name = "LimitReached"
  /** When the call would be allowed. */
  readonly until: EpochMillis
  readonly kind: PauseKind
  /** The budget that is used up; `undefined` for a pause. */
  readonly budgetId: string | undefined

  constructor(reached: {
    readonly until: EpochMillis
    readonly kind: PauseKind
    readonly budgetId?: string
  }) {
    super(
      `${reached.budgetId === undefined ? reached.kind : `budget ${reached.budgetId} used up`} until ${isoTime(reached.until)}`,
    )
    this.until = reached.until
    this.kind = reached.kind
    this.budgetId = reached.budgetId
  }
}

/** A limiter that allows everything: for replays and servers of one's own, never for a vendor. */
export const unlimited: Limiter = {
  acquire: async (_cost, options) => options?.signal?.throwIfAborted(),
  observe: async () => {},
  pauseUntil: async () => {},
}
