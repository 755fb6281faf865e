import { mkdir, readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { statSync } from "node:fs"
import { rulesVersion, type StoredEntry, type StoreReport } from "@barkeep/validation"
import { reportPath, writeWhole } from "./report-file.ts"
import { type ReportSummary, toSummary } from "./show-report.ts"
import { fileMark } from "./validation-source.ts"

/**
 * What tells quickly that a report still holds: the report of a large cache takes longer to read than to find that
 * nothing has changed. Only a shortcut: without it, or when anything differs, the report itself is read.
 */
interface ValidationIndex {
  readonly version: typeof indexVersion
  readonly rulesVersion: string
  readonly settings: string
  /** The state of the report's file. */
  readonly report: string
  readonly validatedAt: number
  /** What every entry was judged by. */
  readonly entries: { readonly [entry: string]: string }
  readonly summary: ReportSummary
}

const indexVersion = 1

const indexPath = (cacheDir: string): string => join(cacheDir, "_barkeep", "validation-index.json")

/** What a report that still holds says. */
export type Unchanged = Pick<ValidationIndex, "summary" | "validatedAt">

/** What the report on the disk says, when it is about exactly these entries as they are now; else `undefined`. */
export const readUnchanged = async (
  cacheDir: string,
  entries: ReadonlyArray<StoredEntry>,
  settings: string,
): Promise<Unchanged | undefined> => {
  const index = await readIndex(cacheDir)
  if (
    index === undefined ||
    index.rulesVersion !== rulesVersion ||
    index.settings !== settings ||
    index.report !== reportMark(cacheDir) ||
    Object.keys(index.entries).length !== entries.length ||
    !entries.every((entry) => index.entries[keyOf(entry)] === fingerprintOf(entry))
  )
    return undefined
  return { summary: index.summary, validatedAt: index.validatedAt }
}

/**
 * Notes what the report of a whole cache is about.
 * @param entries as they were listed before they were judged
 */
export const writeIndex = async (
  cacheDir: string,
  report: StoreReport,
  entries: ReadonlyArray<StoredEntry>,
): Promise<void> => {
  const judged = new Map(report.entries.map((entry) => [keyOf(entry), entry]))
  const known = entries.map((entry) => {
    const years = judged.get(keyOf(entry))?.years ?? []
    const marks = new Map(years.map(({ year, fingerprint }) => [year, fingerprint]))
    return {
      ...entry,
      // Of metadata that this validation has written since, the report knows the new state.
      years: entry.years.map((year) => ({ ...year, fingerprint: marks.get(year.year) ?? "" })),
    }
  })
  const index: ValidationIndex = {
    version: indexVersion,
    rulesVersion: report.rulesVersion,
    settings: report.settings,
    report: reportMark(cacheDir) ?? "",
    validatedAt: report.validatedAt,
    entries: Object.fromEntries(known.map((entry) => [keyOf(entry), fingerprintOf(entry)])),
    summary: toSummary(report),
  }
  const [path, text] = [indexPath(cacheDir), JSON.stringify(index)]
  if ((await readText(path)) === text) return
  await mkdir(dirname(path), { recursive: true })
  await writeWhole(path, text)
}

const readText = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

const readIndex = async (cacheDir: string): Promise<ValidationIndex | undefined> => {
  try {
    const index = JSON.parse(await readFile(indexPath(cacheDir), "utf8")) as ValidationIndex
    return index.version === indexVersion ? index : undefined
  } catch {
    // Not there yet, or damaged: the report itself is read then.
    return undefined
  }
}

const keyOf = ({ symbol, timeframe }: Pick<StoredEntry, "symbol" | "timeframe">): string =>
  `${symbol} ${timeframe}`

const fingerprintOf = ({ fingerprint = "", years }: StoredEntry): string =>
  [fingerprint, ...years.map((year) => `${year.year} ${year.fingerprint}`)].join("\n")

const reportMark = (cacheDir: string): string | undefined => {
  const stats = statSync(reportPath(cacheDir), { throwIfNoEntry: false })
  return stats === undefined ? undefined : fileMark(stats)
}
