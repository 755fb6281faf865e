import type { Cache } from "@barkeep/cache-core"
import { InvalidInput } from "@barkeep/market-data"
import { systemClock } from "@barkeep/provider-kit"
import {
  type GapReason,
  gapReasons,
  mergeReports,
  type ReportTable,
  scoreText,
  type StoredEntry,
  storeScore,
  type StoreReport,
  toFindingTable,
  toGapTable,
  toHtml,
  toReportDocument,
  toTable,
  validateStore,
  type ValidateStoreOptions,
} from "@barkeep/validation"
import { withCache } from "../with-cache.ts"
import type { Console } from "../console.ts"
import { exitCodes } from "../exit-codes.ts"
import { type JudgeThreads, judgeThreads, threadsFor } from "../judge-threads.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { noteQuality } from "../note-quality.ts"
import { readReport, reportPath, writeWhole } from "../report-file.ts"
import { formatCount, formatTable } from "../table.ts"
import { validateProgress } from "../validate-progress.ts"
import { validationSource } from "../validation-source.ts"
import { readCalendarFile } from "./calendar-body.ts"
import { type Body, errorLine } from "../run-command.ts"
import type { ValidateFlags } from "./validate.ts"

/** What `barkeep validate` does. */
export const run: Body<ValidateFlags> = async (input, { console, signal }) => {
  const reasons = input.reason === undefined ? undefined : parseReasons(input.reason)
  const failUnder = parseThreshold(input.failUnder)
  const additions = await readCalendarFile(input.calendarFile)
  return withCache(input, async ({ cache }) => {
    const previous = await readReport(cache.folder, console)
    const judged = await judge(cache, previous, additions, input, console, signal)
    const { report, notNoted } = await noteQuality(cache, judged, previous)
    for (const { error } of notNoted)
      console.note(`barkeep: quality not noted in the metadata: ${errorLine(error)}`)
    const whole = await withEarlier(report, previous, await cache.entries())
    if (whole.entries.length > 0 && !isSame(whole, previous))
      await writeWhole(reportPath(cache.folder), `${JSON.stringify(toReportDocument(whole), null, 2)}\n`)
    if (input.html !== undefined) await writeWhole(input.html, toHtml(report))
    if (input.json) await console.write(`${JSON.stringify(toReportDocument(report))}\n`)
    else await showReport(report, { reasons, details: input.details }, cache.folder, console)
    return failUnder !== undefined && failsUnder(report, failUnder) ? exitCodes.findings : exitCodes.done
  })
}

/** Judges the cache, on threads where its size pays for them. */
const judge = async (
  cache: Cache,
  previous: StoreReport | undefined,
  additions: ValidateStoreOptions["calendarAdditions"],
  input: ValidateFlags,
  console: Console,
  signal: AbortSignal,
): Promise<StoreReport> => {
  const listed = validationSource(cache)
  const entries = await listed.entries()
  const threads = threadsOf(cache, entries, previous)
  const progress = validateProgress(console, systemClock.now)
  try {
    return await validateStore({
      source: { ...listed, entries: async () => entries },
      now: systemClock.now(),
      signal,
      onEvent: progress.onEvent,
      ...(threads && { judgeSymbol: threads.judge, concurrency: threads.count }),
      ...(additions && { calendarAdditions: additions }),
      ...(previous && { previous }),
      ...(input.symbols === undefined || input.validateAll ? {} : { symbols: splitList(input.symbols) }),
      ...(input.intervals === undefined || input.validateAll
        ? {}
        : { timeframes: parseTimeframes(input.intervals) }),
    })
  } finally {
    progress.close()
    await threads?.close()
  }
}

/** `undefined` when what has changed is too little, or of one symbol only: one thread does it as fast. */
const threadsOf = (
  cache: Cache,
  entries: ReadonlyArray<StoredEntry>,
  previous: StoreReport | undefined,
): JudgeThreads | undefined => {
  const judged = new Set(
    previous?.entries.flatMap(({ symbol, timeframe, years }) =>
      years.map(({ year, fingerprint }) => `${symbol} ${timeframe} ${year} ${fingerprint}`),
    ),
  )
  const bytes = new Map<string, number>()
  for (const { symbol, timeframe, years } of entries)
    for (const { year, fingerprint, sizeBytes = 0 } of years)
      if (!judged.has(`${symbol} ${timeframe} ${year} ${fingerprint}`))
        bytes.set(symbol, (bytes.get(symbol) ?? 0) + sizeBytes)
  const count = threadsFor([...bytes.values()])
  return count > 1 ? judgeThreads(cache.folder, count) : undefined
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
const isSame = (report: StoreReport, previous: StoreReport | undefined): boolean =>
  previous !== undefined &&
  report.rulesVersion === previous.rulesVersion &&
  report.settings === previous.settings &&
  report.missing.length === 0 &&
  previous.missing.length === 0 &&
  report.entries.length === previous.entries.length &&
  report.entries.every((entry, index) => entry === previous.entries[index])

/** What was not asked about this time stays in the file, as long as it is still stored. */
const withEarlier = async (
  report: StoreReport,
  previous: StoreReport | undefined,
  stored: ReadonlyArray<{ readonly symbol: string; readonly timeframe: string }>,
): Promise<StoreReport> => {
  if (previous === undefined) return report
  const merged = mergeReports(report, previous)
  const isStored = (entry: { readonly symbol: string; readonly timeframe: string }): boolean =>
    stored.some(({ symbol, timeframe }) => symbol === entry.symbol && timeframe === entry.timeframe)
  return { ...merged, entries: merged.entries.filter(isStored) }
}

const parseReasons = (text: string): ReadonlyArray<GapReason> =>
  splitList(text).map((name) => {
    const reason = gapReasons.find((known) => known === name)
    if (reason !== undefined) return reason
    throw new InvalidInput({ field: "--reason", value: name, expected: `one of ${gapReasons.join(", ")}` })
  })

const showReport = async (
  report: StoreReport,
  wanted: { readonly reasons: ReadonlyArray<GapReason> | undefined; readonly details: boolean },
  folder: string,
  console: Console,
): Promise<void> => {
  for (const { symbol, timeframe } of report.missing)
    console.note(`barkeep: ${[symbol, timeframe].filter(Boolean).join(" ")} is not stored`)
  if (report.entries.length === 0) return console.note(`Nothing to validate in ${folder}`)
  await console.write(tableText(toTable(report)))
  if (wanted.details) await console.write(`\n${tableText(toFindingTable(report))}`)
  const { reasons } = wanted
  if (reasons !== undefined || wanted.details)
    await console.write(`\n${tableText(toGapTable(report, reasons && { reasons }))}`)
  const rows = report.entries.reduce((sum, entry) => sum + entry.rows, 0)
  await console.write(
    `${formatCount(report.entries.length)} entries, ${formatCount(rows)} rows, score ${scoreText(storeScore(report))}; details in ${reportPath(folder)}\n`,
  )
}

const tableText = ({ columns, rows }: ReportTable): string =>
  formatTable(
    columns.map(({ name, align }, index) => ({
      heading: name,
      align,
      cell: (row: ReadonlyArray<string>) => row[index] ?? "",
    })),
    rows,
  )
