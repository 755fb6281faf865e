import * as path from "node:path"
import type { Coverage, EpochMillis, Timeframe } from "@barkeep/market-data"
import { makeFolders, replaceFile } from "./commit.ts"
import { printTime } from "./iso-times.ts"
import { replacementPath } from "./layout.ts"
import { toCoverage } from "./parse-metadata.ts"
import { formatVersion } from "./partition-metadata.ts"
import { printObject, toCoverageRow } from "./print-metadata.ts"
import type { QuarantinedFile } from "./quarantine.ts"
import { asArray, asInteger, asObject, asText, asTime, JsonIssue } from "./read-json.ts"
import { readNote } from "./read-note.ts"
import type { StoreContext } from "./store-context.ts"

/** A replacement of an entry that counts from the moment this note is on the disk, and what is needed to finish it. */
export interface Replacement {
  /** The quarantine's id for the old files. */
  readonly id: string
  readonly why: string
  readonly at: EpochMillis
  /** Name of the entry's folder; its files wait beside it. */
  readonly folder: string
  /** The old files. */
  readonly files: ReadonlyArray<QuarantinedFile>
  /** Answers for years without a partition. */
  readonly coverage: Coverage
}

/** @throws {CacheError} `CorruptPartition`, `StorageFailure` */
export const readReplacement = (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Replacement | undefined => {
  const file = replacementPath(context, symbol, timeframe)
  return readNote(context, file, (object) => {
    return {
      id: asName(object["id"], "id"),
      why: asText(object["why"], "why"),
      at: asTime(object["at"], "at"),
      folder: asName(object["folder"], "folder"),
      files: asArray(object["files"], "files").map(toQuarantinedFile),
      coverage: toCoverage(object["coverage"]),
    }
  })
}

/** From when this resolves the replacement counts. @throws {CacheError} `StorageFailure` */
export const writeReplacement = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  replacement: Replacement,
): Promise<void> => {
  const file = replacementPath(context, symbol, timeframe)
  await makeFolders(context, path.dirname(file))
  await replaceFile(
    context,
    file,
    printObject({
      format_version: formatVersion,
      symbol,
      timeframe,
      ...replacement,
      at: printTime(replacement.at),
      coverage: replacement.coverage.map(toCoverageRow),
    }),
  )
}

/** One file of a quarantine's note. */
export const toQuarantinedFile = (value: unknown): QuarantinedFile => {
  const row = asObject(value, "a file")
  return {
    name: asName(row["name"], "name"),
    from: asText(row["from"], "from"),
    sizeBytes: asInteger(row["sizeBytes"], "sizeBytes"),
    sha256: asText(row["sha256"], "sha256"),
  }
}

// A note can have been edited: a name never leads out of its folder.
const asName = (value: unknown, at: string): string => {
  const name = asText(value, at)
  if (name === "" || name === "." || name === ".." || /[/\\\0]/.test(name))
    throw new JsonIssue(`${at} is no plain name`)
  return name
}
