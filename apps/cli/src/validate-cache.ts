import { statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { readCacheState } from "@barkeep/cache-core"
import { InvalidInput } from "@barkeep/market-data"
import { type AdditionsByMarket, type StoreReport, toHtml, toReportDocument } from "@barkeep/validation"
import type { ValidateFlags } from "./commands/validate.ts"
import type { Console } from "./console.ts"
import { judgeCache, type JudgeRequest } from "./judge-cache.ts"
import { keepReport } from "./keep-report.ts"
import { parseTimeframes, splitList } from "./lists.ts"
import { noteQuality, type NotNoted } from "./note-quality.ts"
import { parseReasons } from "./parse-reasons.ts"
import { readReport, writeWhole } from "./report-file.ts"
import { reportPath } from "./report-path.ts"
import { type CommandContext, errorLine } from "./run-command.ts"
import { detailTables, toSummary } from "./show-report.ts"
import { summaryText } from "./summary-text.ts"
import { reportMark } from "./validation-index.ts"
import { validationSource } from "./validation-source.ts"
import { withCache } from "./with-cache.ts"
import { writeIndex } from "./write-index.ts"

/**
 * Judges the cache, or what the flags ask for of it, keeps the report and shows it.
 * @returns the report
 */
export const validateCache = async (
  flags: ValidateFlags,
  calendarAdditions: AdditionsByMarket,
  context: CommandContext,
): Promise<StoreReport> => {
  const { console, signal } = context
  const reasons = flags.reason === undefined ? undefined : parseReasons(flags.reason)
  if (flags.html !== undefined) checkPage(flags.html)
  const request = { ...wantedOf(flags), calendarAdditions, signal }
  return withCache(flags, context, async ({ cache: { folder }, cache }) => {
    const isOfAll = request.symbols === undefined && request.timeframes === undefined
    // Before the files are listed: what changes in between is seen as changed next time.
    const state = isOfAll ? readCacheState(folder) : undefined
    const entries = await validationSource(cache).entries()
    const markBefore = reportMark(folder)
    const previous = await readReport(folder, console)
    const judged = await judgeCache(cache, entries, { ...request, ...(previous && { previous }) }, context)
    const { report, notNoted } = await noteQuality(cache, judged, previous)
    noteFailures(notNoted, console)
    try {
      const kept = await keepReport(folder, report, previous, entries)
      const mark = kept.mark ?? markBefore
      if (state !== undefined && mark !== undefined && report.entries.length > 0)
        await writeIndex(folder, { ...report, validatedAt: kept.report.validatedAt }, mark, state)
    } catch (error) {
      // A disk that others have mounted for reading only can be judged all the same.
      if (!isReadOnly(error)) throw error
      console.note(`barkeep: the report is not kept in the cache: ${errorLine(error)}`)
    }
    if (flags.html !== undefined) await writeWhole(flags.html, toHtml(report))
    if (flags.json) await console.write(`${JSON.stringify(toReportDocument(report))}\n`)
    else await showReport(report, { reasons, details: flags.details }, folder, console)
    return report
  })
}

/** Before anything is judged: nobody wants to hear after minutes that the page has no place. */
const checkPage = (file: string): void => {
  const isFolder = (path: string): boolean =>
    statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  if (!isFolder(dirname(resolve(file))) || isFolder(file))
    throw new InvalidInput({ field: "--html", value: file, expected: "a file in a folder that exists" })
}

const mostFailures = 3

const noteFailures = (notNoted: ReadonlyArray<NotNoted>, console: Console): void => {
  for (const { error } of notNoted.slice(0, mostFailures))
    console.note(`barkeep: quality not noted in the metadata: ${errorLine(error)}`)
  const more = notNoted.length - mostFailures
  if (more > 0) console.note(`barkeep: quality not noted in the metadata of ${more} more entries`)
}

const isReadOnly = (error: unknown): boolean =>
  error instanceof Error && "code" in error && ["EROFS", "EACCES", "EPERM"].includes(String(error.code))

const wantedOf = ({
  validateAll,
  symbols,
  intervals,
}: ValidateFlags): Pick<JudgeRequest, "symbols" | "timeframes"> =>
  validateAll
    ? {}
    : {
        ...(symbols !== undefined && { symbols: splitList(symbols) }),
        ...(intervals !== undefined && { timeframes: parseTimeframes(intervals) }),
      }

const showReport = async (
  report: StoreReport,
  wanted: Parameters<typeof detailTables>[1],
  folder: string,
  console: Console,
): Promise<void> => {
  for (const { symbol, timeframe } of report.missing)
    console.note(`barkeep: ${[symbol, timeframe].filter(Boolean).join(" ")} is not stored`)
  if (report.entries.length === 0) return console.note(`Nothing to validate in ${folder}`)
  await console.write(
    summaryText(toSummary(report), reportPath(folder), detailTables(report, wanted), console.paint),
  )
}
