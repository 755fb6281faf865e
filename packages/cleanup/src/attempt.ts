/** An error that its maker declares by a `_tag`. */
export type TypedError = Error & { readonly _tag: string }

const isTyped = (error: unknown): error is TypedError =>
  error instanceof Error && "_tag" in error && typeof error._tag === "string"

/** Runs a step of the store; its typed errors become values, everything else is a defect and goes on up. */
export const orFailure = async <A>(
  step: () => Promise<A>,
  onFailure: (error: TypedError) => A,
): Promise<A> => {
  try {
    return await step()
  } catch (error) {
    if (isTyped(error)) return onFailure(error)
    throw error
  }
}
