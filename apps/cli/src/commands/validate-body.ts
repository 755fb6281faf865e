import { readFile } from "node:fs/promises"
import { InvalidInput, isoTime } from "@barkeep/market-data"
import {
  type GapReason,
  gapReasons,
  mergeReports,
  type StoredEntry,
  type StoreReport,
  toHtml,
  toReportDocument,
  validationSettings,
} from "@barkeep/validation"
import type { Console } from "../console.ts"
import { exitCodes } from "../exit-codes.ts"
import { judgeCache, type JudgeRequest } from "../judge-cache.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { noteQuality } from "../note-quality.ts"
import { readReport, reportPath, writeWhole } from "../report-file.ts"
import { type Body, errorLine } from "../run-command.ts"
import { detailTables, summaryText, toSummary } from "../show-report.ts"
import { readUnchanged, type Unchanged, writeIndex } from "../validation-index.ts"
import { validationSource } from "../validation-source.ts"
import { withCache } from "../with-cache.ts"
import { readCalendarFile } from "./calendar-body.ts"
import type { ValidateFlags } from "./validate.ts"

/** What `barkeep validate` does. */
export const run: Body<ValidateFlags> = async (input, { console, signal }) => {
  const reasons = input.reason === undefined ? undefined : parseReasons(input.reason)
  const failUnder = parseThreshold(input.failUnder)
  const calendarAdditions = await readCalendarFile(input.calendarFile)
  const wanted: JudgeRequest = input.validateAll
    ? {}
    : {
        ...(input.symbols !== undefined && { symbols: splitList(input.symbols) }),
        ...(input.intervals !== undefined && { timeframes: parseTimeframes(input.intervals) }),
      }
  return withCache(input, async ({ cache }) => {
    const entries = await validationSource(cache).entries()
    if (isOfAll(wanted) && reasons === undefined && input.html === undefined && !input.details) {
      const settings = validationSettings({ calendarAdditions })
      const found = await readUnchanged(cache.folder, entries, settings)
      if (found !== undefined) {
        await showUnchanged(found, cache.folder, input.json, console)
        return failUnder !== undefined && found.summary.lowestScore < failUnder
          ? exitCodes.findings
          : exitCodes.done
      }
    }
    const previous = await readReport(cache.folder, console)
    const request = { ...wanted, calendarAdditions, signal, ...(previous && { previous }) }
    const judged = await judgeCache(cache, entries, request, console)
    const { report, notNoted } = await noteQuality(cache, judged, previous)
    for (const { error } of notNoted)
      console.note(`barkeep: quality not noted in the metadata: ${errorLine(error)}`)
    const { validatedAt } = await keepReport(cache.folder, withEarlier(report, previous, entries), previous)
    if (isOfAll(wanted) && report.entries.length > 0)
      await writeIndex(cache.folder, { ...report, validatedAt }, entries)
    if (input.html !== undefined) await writeWhole(input.html, toHtml(report))
    if (input.json) await console.write(`${JSON.stringify(toReportDocument(report))}\n`)
    else await showReport(report, { reasons, details: input.details }, cache.folder, console)
    return failUnder !== undefined && failsUnder(report, failUnder) ? exitCodes.findings : exitCodes.done
  })
}

const isOfAll = ({ symbols, timeframes }: JudgeRequest): boolean =>
  symbols === undefined && timeframes === undefined

/** Says again what the report on the disk says. */
const showUnchanged = async (
  { summary, validatedAt }: Unchanged,
  folder: string,
  json: boolean,
  console: Console,
): Promise<void> => {
  const path = reportPath(folder)
  console.tell(`Nothing has changed since ${isoTime(validatedAt)}`)
  await console.write(json ? await readFile(path, "utf8") : summaryText(summary, path, [], console.paint))
}

/** Keeps the report beside the bars it is about. @returns the one that is there now */
const keepReport = async (
  folder: string,
  report: StoreReport,
  previous: StoreReport | undefined,
): Promise<StoreReport> => {
  if (isSame(report, previous)) return previous
  if (report.entries.length > 0)
    await writeWhole(reportPath(folder), `${JSON.stringify(toReportDocument(report), null, 2)}\n`)
  return report
}

/** A gate that finds nothing to look at must not open. */
const failsUnder = (report: StoreReport, threshold: number): boolean =>
  report.entries.length === 0 ||
  report.missing.length > 0 ||
  report.entries.some((entry) => entry.score.value < threshold)

const parseThreshold = (value: number | undefined): number | undefined => {
  if (value === undefined || (value >= 0 && value <= 1)) return value
  throw new InvalidInput({ field: "--fail-under", value, expected: "a score from 0 to 1" })
}

/** The report that is on the disk already: every entry was taken over as it was. */
const isSame = (report: StoreReport, previous: StoreReport | undefined): previous is StoreReport =>
  previous !== undefined &&
  report.rulesVersion === previous.rulesVersion &&
  report.settings === previous.settings &&
  report.missing.length === 0 &&
  previous.missing.length === 0 &&
  report.entries.length === previous.entries.length &&
  report.entries.every((entry, index) => entry === previous.entries[index])

/** What was not asked about this time stays in the file, as long as it is still stored. */
const withEarlier = (
  report: StoreReport,
  previous: StoreReport | undefined,
  stored: ReadonlyArray<StoredEntry>,
): StoreReport => {
  const names = new Set(stored.map(({ symbol, timeframe }) => `${symbol} ${timeframe}`))
  const merged = mergeReports(report, previous)
  return {
    ...merged,
    entries: merged.entries.filter(({ symbol, timeframe }) => names.has(`${symbol} ${timeframe}`)),
  }
}

const parseReasons = (text: string): ReadonlyArray<GapReason> =>
  splitList(text).map((name) => {
    const reason = gapReasons.find((known) => known === name)
    if (reason !== undefined) return reason
    throw new InvalidInput({ field: "--reason", value: name, expected: `one of ${gapReasons.join(", ")}` })
  })

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
