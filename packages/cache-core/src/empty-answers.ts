import * as path from "node:path"
import { type Coverage, type Timeframe } from "@barkeep/market-data"
import { type CacheOperation, corrupt } from "./cache-error.ts"
import { replaceFile } from "./commit.ts"
import { guard, ownFolder } from "./layout.ts"
import { toCoverage } from "./parse-metadata.ts"
import { formatVersion } from "./partition-metadata.ts"
import { printObject, toCoverageRow } from "./print-metadata.ts"
import { asText, JsonIssue, parseJsonObject } from "./read-json.ts"
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
  const file = emptyAnswersPath(context, symbol, timeframe)
  const stat = guard(file, operation, () => context.files.stat(file))
  if (stat === undefined) return []
  const text = new TextDecoder().decode(guard(file, operation, () => context.files.readFile(file)))
  try {
    const object = parseJsonObject(text)
    if (object["format_version"] !== formatVersion) throw new JsonIssue("has an unknown format version")
    if (asText(object["symbol"], "symbol") !== symbol || object["timeframe"] !== timeframe)
      throw new JsonIssue("is that of another entry")
    return toCoverage(object["coverage"])
  } catch (issue) {
    if (issue instanceof JsonIssue) throw corrupt(file, operation, issue.message)
    throw issue
  }
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
