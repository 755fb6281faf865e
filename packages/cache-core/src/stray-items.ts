import * as path from "node:path"
import { listFolder, replacedName, timeframeOfFolder } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"
import { symbolOfFolder } from "./symbol-names.ts"
import type { VerifyFinding } from "./verify-finding.ts"

/** Files and folders where only symbols and timeframes should be; nobody reads them. */
export const strayItems = (context: StoreContext): ReadonlyArray<VerifyFinding> => {
  const findings: Array<VerifyFinding> = []
  const note = (file: string, what: string): void =>
    void findings.push({ severity: "notice", kind: "stray", path: file, what })
  const nested = path.join(context.root, "ohlcv")
  for (const base of [context.root, nested])
    for (const item of listFolder(context, base) ?? []) {
      const file = path.join(base, item.name)
      if (item.name.startsWith("_") || item.name.startsWith(".") || file === nested) continue
      if (!item.isFolder) {
        if (item.name !== "validate-metadata.json") note(file, "not a file of this cache")
        continue
      }
      if (symbolOfFolder(item.name) === undefined) continue
      for (const below of listFolder(context, file) ?? [])
        if (replacedName(below.name) !== undefined)
          findings.push({
            severity: "notice",
            kind: "left-over",
            path: path.join(file, below.name),
            ...entryOf(item.name, replacedName(below.name) as string),
            what: "a replacement is under way, or was killed; the next write cleans up",
          })
        else if (!below.isFolder) note(path.join(file, below.name), "not a file of this cache")
        else if (timeframeOfFolder(below.name) === undefined)
          note(
            path.join(file, below.name),
            `${below.name} is no timeframe that Barkeep knows; it is not read`,
          )
    }
  return findings
}

const entryOf = (
  symbolFolder: string,
  timeframeFolder: string,
): Pick<VerifyFinding, "symbol" | "timeframe"> => {
  const symbol = symbolOfFolder(symbolFolder)
  const timeframe = timeframeOfFolder(timeframeFolder)
  return symbol !== undefined && timeframe !== undefined ? { symbol, timeframe } : {}
}
