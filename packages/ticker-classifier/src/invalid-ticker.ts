import { InvalidInput } from "@barkeep/market-data"

/** The text cannot be a ticker of anything that can be cached. `suggestions` are texts that can. */
export class InvalidTicker extends InvalidInput {
  readonly suggestions: ReadonlyArray<string>

  constructor(options: {
    readonly value: unknown
    readonly expected: string
    readonly suggestions: ReadonlyArray<string>
  }) {
    const hint = options.suggestions.length === 0 ? "" : `; try ${options.suggestions.join(" or ")}`
    super({ field: "symbol", value: options.value, expected: `${options.expected}${hint}` })
    this.suggestions = options.suggestions
  }
}
