/**
 * Base of every typed error in Barkeep: a plain `Error` with a `_tag`, so that `switch (error._tag)` works
 * without any library and Effect's `catchTag` works with it.
 */
export abstract class TaggedError<Tag extends string> extends Error {
  abstract readonly _tag: Tag
}

/** A value given by the caller is not usable. Raised before any I/O. */
export class InvalidInput extends TaggedError<"InvalidInput"> {
  readonly _tag = "InvalidInput"
  override readonly name = "InvalidInput"
  /** What was given, by the name the caller knows: `symbol`, `timeframe`, `endDate`. */
  readonly field: string
  readonly value: unknown
  /** What would have been accepted. */
  readonly expected: string

  constructor(options: { readonly field: string; readonly value: unknown; readonly expected: string }) {
    super(`${options.field}: ${show(options.value)} is not ${options.expected}`)
    this.field = options.field
    this.value = options.value
    this.expected = options.expected
  }
}

const show = (value: unknown): string => {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value)
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
