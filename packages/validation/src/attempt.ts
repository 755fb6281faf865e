/** A step of a source: its value, or the typed error it rejected with. */
export type Attempt<A> =
  | { readonly _tag: "Done"; readonly value: A }
  | { readonly _tag: "Failed"; readonly issue: TypedError }

/** Runs a step of a source; its typed errors are values here, everything else is a defect and goes on up. */
export const attempt = async <A>(step: () => Promise<A>): Promise<Attempt<A>> => {
  try {
    return { _tag: "Done", value: await step() }
  } catch (error) {
    if (isTyped(error)) return { _tag: "Failed", issue: error }
    throw error
  }
}

/** An error that its maker declares by a `_tag`. */
export type TypedError = Error & { readonly _tag: string }

const isTyped = (error: unknown): error is TypedError =>
  error instanceof Error && "_tag" in error && typeof error._tag === "string"
