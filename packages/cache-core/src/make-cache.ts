import { InvalidInput, parseTimeframe, type TimeRange, timeRange } from "@barkeep/market-data"
import { makeAnswerJournal } from "./answer-journal.ts"
import type { Cache, CacheEntry } from "./cache.ts"
import { checkWritable } from "./check-writable.ts"
import { emptyAnswersPath } from "./empty-answers.ts"
import { explainTime } from "./explain.ts"
import { checkFillId } from "./fill-request.ts"
import { listSymbolFolders, listTimeframeFolders, locateEntry, partitionPaths, yearsIn } from "./layout.ts"
import { type Fill, findFill, listFills } from "./list-fills.ts"
import type { Writer } from "./put-pages.ts"
import { findQuarantined, listQuarantine, quarantineYear, restoreQuarantined } from "./quarantine-entry.ts"
import { describeEntry, readCoverage, readEntry, readEntryBlocks, readProvenance } from "./read-entry.ts"
import { hashYear } from "./hash-year.ts"
import { readYear } from "./read-year.ts"
import { readStatistics } from "./statistics.ts"
import type { StoreContext } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"
import { verifyCache } from "./verify.ts"

/**
 * The methods of an open cache.
 * @param loadWriter called once, at the first write: only writers need Effect, which takes longer to load than a day to read
 */
export const makeCache = (context: StoreContext, loadWriter: () => Promise<Writer>): Cache => {
  let writer: Promise<Writer> | undefined
  const writes = new Set<Promise<unknown>>()
  const write = async <A>(
    body: (writer: Writer) => ReturnType<Writer["exclusively"]>,
    signal?: AbortSignal,
  ): Promise<A> => {
    signal?.throwIfAborted()
    const { runPromise } = await import("effect/Effect")
    const effect = body(await (writer ??= loadWriter()))
    const running = runPromise(effect, signal === undefined ? {} : { signal })
    writes.add(running)
    try {
      return (await running) as A
    } catch (cause) {
      signal?.throwIfAborted()
      throw cause
    } finally {
      writes.delete(running)
    }
  }
  return {
    folder: context.root,
    read: async (symbol, timeframe, range) =>
      readEntry(context, symbol, parseTimeframe(timeframe), checkRange(range)),
    readBlocks: (symbol, timeframe, range) => {
      folderOfSymbol(symbol)
      return readEntryBlocks(context, symbol, parseTimeframe(timeframe), checkRange(range))
    },
    readYear: async (symbol, timeframe, year, options) =>
      readYear(context, symbol, parseTimeframe(timeframe), checkYear(year), options),
    hashYear: async (symbol, timeframe, year) =>
      hashYear(context, symbol, parseTimeframe(timeframe), checkYear(year)),
    answersFile: async (symbol, timeframe) => emptyAnswersPath(context, symbol, parseTimeframe(timeframe)),
    writeQuality: async (symbol, name, measured) => {
      const timeframe = parseTimeframe(name)
      folderOfSymbol(symbol)
      for (const { year } of measured) checkYear(year)
      const { writeQuality } = await import("./write-quality.ts")
      return write(({ exclusively }) =>
        exclusively(symbol, timeframe, ({ checkLock }) =>
          writeQuality(context, symbol, timeframe, measured, checkLock),
        ),
      )
    },
    put: (request, { signal } = {}) => write(({ put }) => put(request), signal),
    replaceEntry: (request, { signal } = {}) => write(({ replaceEntry }) => replaceEntry(request), signal),
    coverage: async (symbol, timeframe) => readCoverage(context, symbol, parseTimeframe(timeframe)),
    provenance: async (symbol, timeframe, range) =>
      readProvenance(context, symbol, parseTimeframe(timeframe), checkRange(range)),
    describe: async (symbol, timeframe) => describeEntry(context, symbol, parseTimeframe(timeframe)),
    listSymbols: async () => [...new Set(listEntries(context).map((entry) => entry.symbol))],
    listTimeframes: async (symbol) => listEntriesOf(context, symbol).map((entry) => entry.timeframe),
    listYears: async (symbol, timeframe) => yearsIn(locateEntry(context, symbol, parseTimeframe(timeframe))),
    entries: async () => listEntries(context),
    stats: async () => readStatistics(context, listEntries(context)),
    verify: async (filter = {}) => verifyCache(context, filter),
    explain: async (symbol, timeframe, time) => {
      timeRange(time, time)
      return explainTime(context, symbol, parseTimeframe(timeframe), time)
    },
    partition: async (symbol, timeframe, year) =>
      partitionPaths(locateEntry(context, symbol, parseTimeframe(timeframe)).folder, checkYear(year)),
    quarantine: async (symbol, name, year, why) => {
      const timeframe = parseTimeframe(name)
      folderOfSymbol(symbol)
      checkYear(year)
      return write(({ exclusively }) =>
        exclusively(symbol, timeframe, () => quarantineYear(context, symbol, timeframe, year, why)),
      )
    },
    listQuarantine: async () => listQuarantine(context),
    restore: async (id) => {
      const found = findQuarantined(context, id)
      if (found === undefined)
        throw new InvalidInput({ field: "id", value: id, expected: "the id of a case in the quarantine" })
      await write(({ exclusively }) =>
        exclusively(found.symbol, found.timeframe, () => restoreQuarantined(context, found)),
      )
      return found
    },
    fill: async (request) => {
      const timeframe = parseTimeframe(request.timeframe)
      folderOfSymbol(request.symbol)
      checkFillId(request.fillId)
      const { fillEntry } = await import("./fill-entry.ts")
      return write(({ exclusively }) =>
        exclusively(request.symbol, timeframe, (step) => fillEntry(context, request, step)),
      )
    },
    undoFill: async (id) => {
      const { symbol, timeframe } = await getFill(context, id)
      const { undoFill } = await import("./undo-fill.ts")
      return write(({ exclusively }) =>
        exclusively(symbol, timeframe, (step) => undoFill(context, id, symbol, timeframe, step)),
      )
    },
    listFills: async () => listFills(context, listEntries(context)),
    dropUndo: async (id) => {
      const { symbol, timeframe } = await getFill(context, id)
      const { dropUndo } = await import("./undo-fill.ts")
      await write(({ exclusively }) => exclusively(symbol, timeframe, async () => dropUndo(context, id)))
    },
    answerJournal: makeAnswerJournal(context),
    checkWritable: () => checkWritable(context),
    close: async () => {
      await Promise.allSettled(writes)
    },
  }
}

const getFill = async (context: StoreContext, id: string): Promise<Pick<Fill, "symbol" | "timeframe">> => {
  const found = await findFill(context, () => listEntries(context), checkFillId(id))
  if (found === undefined)
    throw new InvalidInput({ field: "fillId", value: id, expected: "the id of a fill of this cache" })
  return found
}

const listEntries = (context: StoreContext): ReadonlyArray<CacheEntry> =>
  listSymbolFolders(context).flatMap((symbol) => listEntriesOf(context, symbol))

const listEntriesOf = (context: StoreContext, symbol: string): ReadonlyArray<CacheEntry> =>
  listTimeframeFolders(context, symbol).flatMap((timeframe) => {
    const years = yearsIn(locateEntry(context, symbol, timeframe))
    return years.length === 0 ? [] : [{ symbol, timeframe, years }]
  })

const checkRange = (range: TimeRange | undefined): TimeRange | undefined =>
  range === undefined ? undefined : timeRange(range.from, range.to)

const checkYear = (year: number): number => {
  if (Number.isInteger(year) && year >= 1000 && year <= 9999) return year
  throw new InvalidInput({ field: "year", value: year, expected: "a year of four digits" })
}
