import { mkdir } from "node:fs/promises"
import { readFileSync } from "node:fs"
import { dirname, relative, sep } from "node:path"
import type { CacheState } from "@barkeep/cache-core"
import { isoTime } from "@barkeep/market-data"
import type { StoreReport } from "@barkeep/validation"
import { writeWhole } from "./report-file.ts"
import { indexPath } from "./report-path.ts"
import { toSummary } from "./show-report.ts"
import { indexVersion, type ValidationIndex } from "./validation-index.ts"
import { marksOf } from "./validation-source.ts"

/**
 * Notes what the report of a whole cache is about.
 * @param mark of the report's file; another process may have put its own there since
 * @param state as it was before the files were listed and judged
 */
export const writeIndex = async (
  cacheDir: string,
  report: StoreReport,
  mark: string,
  state: CacheState,
): Promise<void> => {
  const index: ValidationIndex = {
    version: indexVersion,
    rulesVersion: report.rulesVersion,
    settings: report.settings,
    report: mark,
    validatedAt: isoTime(report.validatedAt),
    files: { ...Object.fromEntries(state), ...Object.fromEntries(metadataMarks(cacheDir, report, state)) },
    summary: toSummary(report),
  }
  const [path, text] = [indexPath(cacheDir), JSON.stringify(index)]
  if (readText(path) === text) return
  await mkdir(dirname(path), { recursive: true })
  await writeWhole(path, text)
}

/** Of metadata that this validation has written since, the report knows the new marks. */
const metadataMarks = (
  cacheDir: string,
  { entries }: StoreReport,
  state: CacheState,
): ReadonlyArray<readonly [string, string]> =>
  entries.flatMap(({ years }) =>
    years.flatMap(({ path, fingerprint }) => {
      if (path === undefined || fingerprint === undefined) return []
      const name = relative(cacheDir, path)
        .replaceAll(sep, "/")
        .replace(/\.csv\.gz$/, ".metadata.json")
      return state.has(name) ? [[name, marksOf(fingerprint).metadata] as const] : []
    }),
  )

const readText = (path: string): string | undefined => {
  try {
    return readFileSync(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}
