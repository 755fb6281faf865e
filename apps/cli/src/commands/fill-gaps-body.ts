import type { Cache } from "@barkeep/cache-core"
import { fillGaps, type FillGapsOptions, planFillGaps, StaleReport } from "@barkeep/fill-gaps"
import { InvalidInput } from "@barkeep/market-data"
import { settingsOf, type StoreReport } from "@barkeep/validation"
import { jsonDocument } from "../json-document.ts"
import { makeDonors } from "../donors.ts"
import { type ExitCode, exitCodes } from "../exit-codes.ts"
import { fillProgress, showFillPlan, showFillReport } from "../fill-output.ts"
import { hashedEntries, refreshReport } from "../fresh-report.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { parseReasons } from "../parse-reasons.ts"
import { readReport } from "../report-file.ts"
import type { Body, CommandContext } from "../run-command.ts"
import { formatCount } from "../table.ts"
import { withVendors } from "../vendor-desk.ts"
import { withCache } from "../with-cache.ts"
import type { FillGapsFlags } from "./fill-gaps.ts"

/** What `barkeep fill-gaps` does. */
export const run: Body<FillGapsFlags> = async (input, context) => {
  const { console, signal, now } = context
  const filter = filterOf(input)
  return withCache(input, context, async ({ configuration, cache }) => {
    const previous = await readReport(cache.folder, console)
    if (input.undo !== undefined) return undo(cache, input.undo, previous, input.json, context)
    const report = input.revalidate ? await refreshReport(cache, previous, filter, context) : previous
    if (report === undefined)
      throw new InvalidInput({
        field: "validation report",
        value: cache.folder,
        expected: "a cache that was validated; run barkeep validate first, or fill with --revalidate",
      })
    const entries = await hashedEntries(
      cache,
      ({ symbol, timeframe }) =>
        (filter.symbols?.includes(symbol) ?? true) && (filter.timeframes?.includes(timeframe) ?? true),
    )
    return withVendors(configuration, console, now(), async ({ shared }) => {
      const options: FillGapsOptions = {
        ...filter,
        ...makeDonors(configuration, shared, input),
        store: cache,
        journal: cache.answerJournal,
        report,
        entries,
        signal,
        calendarAdditions: settingsOf(report).calendarAdditions ?? {},
        ...(input.budget === undefined ? {} : { budget: input.budget }),
      }
      if (input.plan || input.dryRun)
        return showFillPlan(await planFillGaps(options).catch(adviseFlag), input.json, console)
      const progress = fillProgress(console, now)
      const filled = await fillGaps({ ...options, onEvent: progress.onEvent })
        .catch(adviseFlag)
        .finally(progress.close)
      const touched = filled.results.filter(({ fillId }) => fillId !== undefined)
      if (touched.length > 0)
        await refreshReport(
          cache,
          report,
          {
            symbols: [...new Set(touched.map(({ symbol }) => symbol))],
            timeframes: [...new Set(touched.map(({ timeframe }) => timeframe))],
          },
          context,
        )
      await showFillReport(filled, input.json, console)
      return filled.mayFillLater > 0 ? exitCodes.partial : exitCodes.done
    })
  })
}

/** What a stale report stops is a matter of a flag here. */
const adviseFlag = (error: unknown): never => {
  throw error instanceof StaleReport
    ? new StaleReport(error.changed, "validate again, or fill with --revalidate")
    : error
}

const undo = async (
  cache: Cache,
  id: string,
  previous: StoreReport | undefined,
  isJson: boolean,
  context: CommandContext,
): Promise<ExitCode> => {
  const { console } = context
  const result = await cache.undoFill(id)
  const { symbol, timeframe, rowsRemoved, years } = result
  if (previous !== undefined && years.length > 0)
    await refreshReport(cache, previous, { symbols: [symbol], timeframes: [timeframe] }, context)
  if (isJson) await console.write(jsonDocument(result))
  else {
    await console.write(
      rowsRemoved === 0
        ? `${id} has no bars in the cache; nothing was changed\n`
        : `${symbol} ${timeframe}: ${formatCount(rowsRemoved)} bars of ${id} taken out\n`,
    )
    for (const { year, how } of years) await console.write(`  ${year}: ${howTexts[how]}\n`)
  }
  return years.some(({ how }) => how === "left") ? exitCodes.partial : exitCodes.done
}

const howTexts = {
  restored: "the files are those of before, byte for byte",
  "rows-removed": "something was written since; only the fill's bars were removed",
  left: "another program has rewritten the file since; it was left as it is",
} as const

const filterOf = (
  input: FillGapsFlags,
): Pick<FillGapsOptions, "symbols" | "timeframes" | "maxGapHours" | "reasons"> => ({
  maxGapHours: input.maxGapHours,
  ...(input.symbols === undefined ? {} : { symbols: splitList(input.symbols) }),
  ...(input.intervals === undefined ? {} : { timeframes: parseTimeframes(input.intervals) }),
  ...(input.reason === undefined ? {} : { reasons: parseReasons(input.reason) }),
})
