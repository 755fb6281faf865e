import * as path from "node:path"
import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import { replaceFile } from "./commit.ts"
import { printTime } from "./iso-times.ts"
import { listFolder, ownFolder } from "./layout.ts"
import { formatVersion } from "./partition-metadata.ts"
import { printObject } from "./print-metadata.ts"
import type { QuarantinedFile } from "./quarantine.ts"
import { asArray, asInteger, asObject, asText, asTime, asTimeframe } from "./read-json.ts"
import { toQuarantinedFile } from "./replacement-note.ts"
import { readNote } from "./read-note.ts"
import type { StoreContext } from "./store-context.ts"

/** The note beside the files that a fill keeps. It says what was there before, never that the fill is there. */
export interface FillNote {
  readonly id: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** When the fill began. */
  readonly at: EpochMillis
  /** The years it was about to touch. */
  readonly years: ReadonlyArray<KeptYear>
  readonly undone?: { readonly at: EpochMillis; readonly rows: number }
}

/** One year as it was before a fill: the files kept, none when the year had no partition. */
export interface KeptYear {
  readonly year: number
  readonly files: ReadonlyArray<QuarantinedFile>
}

/** Where the files of before each fill are kept, a folder for each fill. */
const undoFolder = (context: StoreContext): string => path.join(ownFolder(context.root), "undo")

export const fillFolder = (context: StoreContext, id: string): string => path.join(undoFolder(context), id)

/** `undefined` when there is none. @throws {CacheError} `CorruptPartition`, `StorageFailure` */
export const readFillNote = (context: StoreContext, id: string): FillNote | undefined => {
  const file = notePath(context, id)
  return readNote(context, file, (object) => {
    const undone = object["undone"]
    return {
      id,
      symbol: asText(object["symbol"], "symbol"),
      timeframe: asTimeframe(object["timeframe"], "timeframe"),
      at: asTime(object["at"], "at"),
      years: asArray(object["years"], "years").map(toKeptYear),
      ...(undone === undefined ? {} : { undone: toUndone(undone) }),
    }
  })
}

/** All notes, in no order. @throws {CacheError} */
export const readFillNotes = (context: StoreContext): ReadonlyArray<FillNote> =>
  (listFolder(context, undoFolder(context)) ?? []).flatMap(({ name, isFolder }) => {
    const note = isFolder ? readFillNote(context, name) : undefined
    return note === undefined ? [] : [note]
  })

/** Writes the note durably. @throws {CacheError} `StorageFailure` */
export const writeFillNote = (context: StoreContext, note: FillNote): Promise<void> =>
  replaceFile(
    context,
    notePath(context, note.id),
    printObject({
      format_version: formatVersion,
      ...note,
      at: printTime(note.at),
      undone: note.undone && { ...note.undone, at: printTime(note.undone.at) },
    }),
  )

const notePath = (context: StoreContext, id: string): string =>
  path.join(fillFolder(context, id), "fill.json")

const toKeptYear = (value: unknown): KeptYear => {
  const row = asObject(value, "a year")
  return {
    year: asInteger(row["year"], "year"),
    files: asArray(row["files"], "files").map(toQuarantinedFile),
  }
}

const toUndone = (value: unknown): NonNullable<FillNote["undone"]> => {
  const row = asObject(value, "undone")
  return { at: asTime(row["at"], "undone.at"), rows: asInteger(row["rows"], "undone.rows") }
}
