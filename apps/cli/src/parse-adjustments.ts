import { type Adjustment, InvalidInput } from "@barkeep/market-data"
import type { StatedAdjustments } from "@barkeep/migration"
import { splitList } from "./lists.ts"

const kinds: ReadonlyArray<Adjustment> = ["none", "splits", "splits-and-dividends"]

/** `yahoo=splits,other=none` by provider. @throws {InvalidInput} for anything else, or a provider that is there twice */
export const parseAdjustments = (text: string): StatedAdjustments => {
  const found = new Map<string, Adjustment>()
  for (const item of splitList(text)) {
    const at = item.lastIndexOf("=")
    const provider = item.slice(0, Math.max(at, 0)).trim()
    const kind = kinds.find((known) => known === item.slice(at + 1).trim())
    if (provider === "" || kind === undefined || found.has(provider))
      throw new InvalidInput({
        field: "--adjustment",
        value: item,
        expected: `PROVIDER=KIND, once for each provider, KIND one of ${kinds.join(", ")}`,
      })
    found.set(provider, kind)
  }
  return Object.fromEntries(found)
}
