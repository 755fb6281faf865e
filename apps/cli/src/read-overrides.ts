import { readFileSync } from "node:fs"
import { InvalidInput } from "@barkeep/market-data"
import { parseOverrides, type TickerOverrides } from "@barkeep/ticker-classifier"
import { type Configuration, ConfigurationError } from "./configuration.ts"

/**
 * What the user knows better about single symbols; nothing when no file is set.
 * @param providers ids of all providers there are
 * @throws {ConfigurationError} for a file that cannot be read, is no JSON, or says something that cannot be
 */
export const readOverrides = (
  { overridesFile, origins }: Configuration,
  providers: ReadonlyArray<string>,
): TickerOverrides => {
  if (overridesFile === undefined) return new Map()
  const fail = (issue: string): never => {
    throw new ConfigurationError({ key: "overridesFile", where: origins.overridesFile, issue })
  }
  try {
    const overrides = parseOverrides(JSON.parse(readFileSync(overridesFile, "utf8")))
    for (const [symbol, { provider }] of overrides)
      if (provider !== undefined && !providers.includes(provider))
        throw new InvalidInput({
          field: `overrides[${JSON.stringify(symbol)}].provider`,
          value: provider,
          expected: `one of ${providers.join(", ")}`,
        })
    return overrides
  } catch (error) {
    if (error instanceof InvalidInput) return fail(`${overridesFile}: ${error.message}`)
    if (error instanceof SyntaxError) return fail(`${overridesFile} is no JSON: ${error.message}`)
    if (error instanceof Error && "code" in error)
      return fail(`${overridesFile} cannot be read: ${error.message}`)
    throw error
  }
}
