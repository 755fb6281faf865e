import { createHash } from "node:crypto"
import * as path from "node:path"
import {
  type Bars,
  barCount,
  type EpochMillis,
  findStructureIssue,
  parseTimeframe,
  type Provenance,
  type Timeframe,
  type TimeRange,
  timeRange,
} from "@barkeep/market-data"
import { replaceFile } from "./commit.ts"
import { printTime } from "./iso-times.ts"
import { guard, listFolder, ownFolder } from "./layout.ts"
import { toSource } from "./parse-metadata.ts"
import { formatVersion } from "./partition-metadata.ts"
import { printObject } from "./print-metadata.ts"
import {
  asArray,
  asInteger,
  asObject,
  asText,
  asTime,
  asTimeframe,
  JsonIssue,
  type JsonObject,
} from "./read-json.ts"
import { readNote } from "./read-note.ts"
import type { StoreContext } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"

/** What somebody who was asked about a gap answered; without rows, too. */
export interface DonorAnswer {
  readonly donor: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** The range it answers completely. */
  readonly range: TimeRange
  readonly bars: Bars
  readonly provenance: Provenance
  readonly askedAt: EpochMillis
}

/** Answers kept in `_barkeep/answers`, one file each, so that a killed run does not ask for them again. */
export interface AnswerJournal {
  /** All that are kept of an entry, in no order. @throws {CacheError} `CorruptPartition` for a file that cannot be read */
  readonly answers: (symbol: string, timeframe: Timeframe) => Promise<ReadonlyArray<DonorAnswer>>
  /** The answer survives a crash once this resolves. @throws {CacheError} */
  readonly remember: (answer: DonorAnswer) => Promise<void>
  /** Deletes what was asked before that moment. @throws {CacheError} */
  readonly forget: (before: EpochMillis) => Promise<void>
}

export const makeAnswerJournal = (context: StoreContext): AnswerJournal => ({
  answers: async (symbol, name) => {
    const timeframe = parseTimeframe(name)
    // What another process forgets meanwhile is not there any more.
    return filesIn(context, entryFolder(context, symbol, timeframe)).flatMap(
      (file) => readNote(context, file, toAnswer) ?? [],
    )
  },
  remember: async (answer) => {
    timeRange(answer.range.from, answer.range.to)
    const folder = entryFolder(context, answer.symbol, parseTimeframe(answer.timeframe))
    await replaceFile(context, path.join(folder, nameOf(answer)), printAnswer(answer))
  },
  forget: async (before) => {
    const root = answersFolder(context)
    for (const symbol of listFolder(context, root) ?? [])
      for (const timeframe of listFolder(context, path.join(root, symbol.name)) ?? [])
        for (const file of filesIn(context, path.join(root, symbol.name, timeframe.name)))
          if (askedAtOf(file) < before) guard(file, "write", () => context.files.remove(file))
  },
})

const answersFolder = (context: StoreContext): string => path.join(ownFolder(context.root), "answers")

const entryFolder = (context: StoreContext, symbol: string, timeframe: Timeframe): string =>
  path.join(answersFolder(context), folderOfSymbol(symbol), timeframe)

const filesIn = (context: StoreContext, folder: string): ReadonlyArray<string> =>
  (listFolder(context, folder) ?? [])
    .filter(({ name }) => namePattern.test(name))
    .map(({ name }) => path.join(folder, name))

const namePattern = /^(\d+)-[0-9a-f]{16}\.json$/

// The moment stands in the name so that old answers can be told without reading them.
const nameOf = ({ donor, range, askedAt }: DonorAnswer): string => {
  const key = createHash("sha256")
    .update(JSON.stringify([donor, range.from, range.to]))
    .digest("hex")
  return `${askedAt}-${key.slice(0, 16)}.json`
}

const askedAtOf = (file: string): EpochMillis => Number(namePattern.exec(path.basename(file))?.[1])

const printAnswer = ({ donor, symbol, timeframe, range, bars, provenance, askedAt }: DonorAnswer): string =>
  printObject({
    format_version: formatVersion,
    donor,
    symbol,
    timeframe,
    from: printTime(range.from),
    to: printTime(range.to),
    asked_at: printTime(askedAt),
    fetched_at: printTime(provenance.fetchedAt),
    source: {
      provider: provenance.provider,
      endpoint: provenance.endpoint,
      method: provenance.method,
      adjustment: provenance.adjustment,
      settled: provenance.settled,
      evidence: provenance.evidence,
    },
    open_time: [...bars.openTime],
    open: column(bars.open),
    high: column(bars.high),
    low: column(bars.low),
    close: column(bars.close),
    volume: column(bars.volume),
  })

// JSON has no NaN.
const column = (values: Float64Array): ReadonlyArray<number | null> =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value))

const toAnswer = (object: JsonObject): DonorAnswer => {
  const bars: Bars = {
    openTime: Float64Array.from(asArray(object["open_time"], "open_time"), (value) =>
      asInteger(value, "open_time", -8.64e15),
    ),
    open: toColumn(object["open"], "open"),
    high: toColumn(object["high"], "high"),
    low: toColumn(object["low"], "low"),
    close: toColumn(object["close"], "close"),
    volume: toColumn(object["volume"], "volume"),
  }
  const issue = findStructureIssue(bars)
  if (issue !== undefined) throw new JsonIssue(`row ${issue.row} of ${barCount(bars)}: ${issue.issue}`)
  return {
    donor: asText(object["donor"], "donor"),
    symbol: asText(object["symbol"], "symbol"),
    timeframe: asTimeframe(object["timeframe"], "timeframe"),
    range: { from: asTime(object["from"], "from"), to: asTime(object["to"], "to") },
    bars,
    provenance: {
      ...toSource(asObject(object["source"], "source")),
      fetchedAt: asTime(object["fetched_at"], "fetched_at"),
    },
    askedAt: asTime(object["asked_at"], "asked_at"),
  }
}

const toColumn = (value: unknown, at: string): Float64Array =>
  Float64Array.from(asArray(value, at), (cell) => {
    if (cell === null) return Number.NaN
    if (typeof cell === "number") return cell
    throw new JsonIssue(`${at} holds something else than numbers`)
  })
