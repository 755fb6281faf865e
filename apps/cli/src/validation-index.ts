import { readFileSync } from "node:fs"
import { type CacheState, fileMark, nodeFileSystem, readCacheState } from "@barkeep/cache-core"
import { rulesVersion } from "@barkeep/validation"
import { indexPath, reportPath } from "./report-path.ts"
import type { ReportSummary } from "./summary-text.ts"

/**
 * What tells quickly that a report still holds: the report of a large cache takes longer to read than to find that
 * nothing has changed. Only a shortcut: without it, or when anything differs, the report itself is read.
 */
export interface ValidationIndex {
  readonly version: typeof indexVersion
  readonly rulesVersion: string
  readonly settings: string
  /** The mark of the report's file. */
  readonly report: string
  /** ISO 8601, UTC. */
  readonly validatedAt: string
  /** `CacheState` of what was judged. */
  readonly files: { readonly [path: string]: string }
  readonly summary: ReportSummary
}

export const indexVersion = 2

/** What a report that still holds says. */
export type Unchanged = Pick<ValidationIndex, "summary" | "validatedAt">

/**
 * What the report on the disk says, when it is about exactly the files that are there now, judged by the same rules and
 * settings; else `undefined`. Loads nothing that judges bars: this is all that a validation of an unchanged cache does.
 */
export const readUnchanged = (cacheDir: string, settings: string): Unchanged | undefined => {
  const index = readIndex(cacheDir)
  return index !== undefined &&
    index.rulesVersion === rulesVersion &&
    index.settings === settings &&
    index.report === reportMark(cacheDir) &&
    isSameState(index.files, readCacheState(cacheDir))
    ? { summary: index.summary, validatedAt: index.validatedAt }
    : undefined
}

export const reportMark = (cacheDir: string): string | undefined => {
  const stat = nodeFileSystem.stat(reportPath(cacheDir))
  return stat === undefined ? undefined : fileMark(stat)
}

const isSameState = (judged: ValidationIndex["files"], state: CacheState | undefined): boolean => {
  if (state === undefined || Object.keys(judged).length !== state.size) return false
  for (const [path, mark] of state) if (judged[path] !== mark) return false
  return true
}

const readIndex = (cacheDir: string): ValidationIndex | undefined => {
  try {
    const index = JSON.parse(readFileSync(indexPath(cacheDir), "utf8")) as ValidationIndex
    return index.version === indexVersion ? index : undefined
  } catch {
    // Not there yet, or damaged: the report itself is read then.
    return undefined
  }
}
