import { TaggedError } from "@barkeep/market-data"

/** Carries what a port (a provider, a store) threw through the typed channel; it leaves as the instance it was. */
export class PortFailure extends TaggedError<"PortFailure"> {
  readonly _tag = "PortFailure"
  readonly error: Error

  constructor(thrown: unknown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    super(error.message, { cause: error })
    this.error = error
  }
}

export const toPortFailure = (thrown: unknown): PortFailure =>
  thrown instanceof PortFailure ? thrown : new PortFailure(thrown)
