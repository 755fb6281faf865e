import * as path from "node:path"
import { type Coverage, type Timeframe } from "@barkeep/market-data"
import type { CacheOperation } from "./cache-error.ts"
import { replaceFile } from "./commit.ts"
import { ownFolder } from "./layout.ts"
import { toCoverage } from "./parse-metadata.ts"
import { formatVersion } from "./partition-metadata.ts"
import { printObject, toCoverageRow } from "./print-metadata.ts"
import { asText, JsonIssue, type JsonObject } from "./read-json.ts"
import { readNote } from "./read-note.ts"
import { readReplacement } from "./replacement-note.ts"
import type { StoreContext } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"

/** The file that keeps answers for years without a partition: before a listing, after a delisting. */
export const emptyAnswersPath = (context: StoreContext, symbol: string, timeframe: Timeframe): string =>
  path.join(ownFolder(context.root), "coverage", folderOfSymbol(symbol), `${timeframe}.json`)

/**
 * Answers for years without a partition as they count now: a replacement of the entry that is not yet finished has its
 * own.
 * @throws {CacheError} `CorruptPartition`, `StorageFailure`
 */
export const readAnswers = (context: StoreContext, symbol: string, timeframe: Timeframe): Coverage =>
  readReplacement(context, symbol, timeframe)?.coverage ?? readEmptyAnswers(context, symbol, timeframe)

/** Answers for years without a partition, as the file has them. @throws {CacheError} `CorruptPartition`, `StorageFailure` */
export const readEmptyAnswers = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  operation: CacheOperation = "read",
): Coverage => {
  const parse = (object: JsonObject): Coverage => {
    if (asText(object["symbol"], "symbol") !== symbol || object["timeframe"] !== timeframe)
      throw new JsonIssue("is that of another entry")
    return toCoverage(object["coverage"])
  }
  return readNote(context, emptyAnswersPath(context, symbol, timeframe), parse, operation) ?? []
}

/** Replaces the file durably. @throws {CacheError} `StorageFailure` */
export const writeEmptyAnswers = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  coverage: Coverage,
): Promise<void> =>
  replaceFile(
    context,
    emptyAnswersPath(context, symbol, timeframe),
    printObject({ format_version: formatVersion, symbol, timeframe, coverage: coverage.map(toCoverageRow) }),
  )
