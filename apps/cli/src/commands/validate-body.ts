import { InvalidInput } from "@barkeep/market-data"
import { systemClock } from "@barkeep/provider-kit"
import {
  type GapReason,
  gapReasons,
  mergeReports,
  type ReportTable,
  scoreText,
  storeScore,
  type StoreReport,
  toGapTable,
  toHtml,
  toReportDocument,
  toTable,
  validateStore,
} from "@barkeep/validation"
import { withCache } from "../with-cache.ts"
import type { Console } from "../console.ts"
import { exitCodes } from "../exit-codes.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { readReport, reportPath, writeWhole } from "../report-file.ts"
import { formatCount, formatTable } from "../table.ts"
import { validationSource } from "../validation-source.ts"
import { readCalendarFile } from "./calendar-body.ts"
import type { Body } from "../run-command.ts"
import type { ValidateFlags } from "./validate.ts"

/** What `barkeep validate` does. */
export const run: Body<ValidateFlags> = async (input, { console, signal }) => {
  const reasons = input.reason === undefined ? undefined : parseReasons(input.reason)
  const additions = await readCalendarFile(input.calendarFile)
  return withCache(input, async ({ cache }) => {
    const previous = await readReport(cache.folder, console)
    const report = await validateStore({
      source: validationSource(cache),
      now: systemClock.now(),
      signal,
      calendarAdditions: additions,
      ...(previous === undefined ? {} : { previous }),
      ...(input.symbols === undefined || input.validateAll ? {} : { symbols: splitList(input.symbols) }),
      ...(input.intervals === undefined || input.validateAll
        ? {}
        : { timeframes: parseTimeframes(input.intervals) }),
    })
    const whole = await withEarlier(report, previous, await cache.entries())
    if (whole.entries.length > 0)
      await writeWhole(reportPath(cache.folder), `${JSON.stringify(toReportDocument(whole), null, 2)}\n`)
    if (input.html !== undefined) await writeWhole(input.html, toHtml(report))
    if (input.json) await console.write(`${JSON.stringify(toReportDocument(report))}\n`)
    else await showReport(report, reasons, cache.folder, console)
    const lowest = Math.min(...report.entries.map((entry) => entry.score.value))
    return input.failUnder !== undefined && lowest < input.failUnder ? exitCodes.findings : exitCodes.done
  })
}

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
  reasons: ReadonlyArray<GapReason> | undefined,
  folder: string,
  console: Console,
): Promise<void> => {
  for (const { symbol, timeframe } of report.missing)
    console.note(`barkeep: ${[symbol, timeframe].filter(Boolean).join(" ")} is not stored`)
  if (report.entries.length === 0) return console.note(`Nothing to validate in ${folder}`)
  await console.write(tableText(toTable(report)))
  if (reasons !== undefined) await console.write(`\n${tableText(toGapTable(report, { reasons }))}`)
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
