import * as path from "node:path"
import { CacheError, corrupt } from "./cache-error.ts"
import { guard, listFolder } from "./layout.ts"
import { quarantineFolder, type Quarantined, type ReadableSummary } from "./quarantine.ts"
import {
  asArray,
  asBoolean,
  asInteger,
  asObject,
  asText,
  asTime,
  asTimeframe,
  JsonIssue,
  parseJsonObject,
} from "./read-json.ts"
import { toQuarantinedFile } from "./replacement-note.ts"
import type { StoreContext } from "./store-context.ts"

/** A case and how far it has got. */
export interface QuarantineNote {
  readonly quarantined: Quarantined
  /** `moving`, `restoring`: its files are being moved there or back, or the process that did so was killed. */
  readonly state: "moving" | "kept" | "restoring" | "restored"
}

/** What a case's folder is called while it is being deleted. */
export const expiredSuffix = ".expired"

/**
 * The notes of all cases, oldest first.
 * @param onDamaged takes the error of a note that cannot be read; without it that is thrown
 * @throws {CacheError} `CorruptPartition` when a note cannot be read
 */
export const listNotes = (
  context: StoreContext,
  onDamaged?: (error: CacheError) => void,
): ReadonlyArray<QuarantineNote> =>
  (listFolder(context, quarantineFolder(context)) ?? [])
    .filter((item) => item.isFolder && !item.name.endsWith(expiredSuffix))
    .flatMap(({ name }) => {
      try {
        return readQuarantineNote(context, name) ?? []
      } catch (error) {
        if (onDamaged === undefined || !(error instanceof CacheError)) throw error
        onDamaged(error)
        return []
      }
    })
    .toSorted(
      ({ quarantined: a }, { quarantined: b }) => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
    )

/** The note of one case; `undefined` when there is no such case. @throws {CacheError} */
export const readQuarantineNote = (context: StoreContext, id: string): QuarantineNote | undefined => {
  // An id is the name of a folder; anything else would lead out of the quarantine.
  if (id === "" || id === "." || id === ".." || /[/\\\0]/.test(id)) return undefined
  const file = path.join(quarantineFolder(context), id, "quarantine.json")
  // The note is written before anything is moved: without it there is nothing here.
  if (guard(file, "read", () => context.files.stat(file)) === undefined) return undefined
  const text = new TextDecoder().decode(guard(file, "read", () => context.files.readFile(file)))
  try {
    return toNote(id, parseJsonObject(text))
  } catch (issue) {
    if (issue instanceof JsonIssue) throw corrupt(file, "read", issue.message)
    throw issue
  }
}

const toNote = (id: string, object: { readonly [key: string]: unknown }): QuarantineNote => ({
  state:
    object["restored_at"] !== undefined
      ? "restored"
      : object["restoring_since"] !== undefined
        ? "restoring"
        : object["moving"] === true
          ? "moving"
          : "kept",
  quarantined: {
    id,
    symbol: asText(object["symbol"], "symbol"),
    timeframe: asTimeframe(object["timeframe"], "timeframe"),
    ...(object["year"] === undefined ? {} : { year: asInteger(object["year"], "year") }),
    why: asText(object["why"], "why"),
    at: asTime(object["at"], "at"),
    files: asArray(object["files"], "files").map(toQuarantinedFile),
    ...(object["copied"] === undefined ? {} : { copied: asBoolean(object["copied"], "copied") }),
    ...(object["readable"] === undefined ? {} : { readable: toReadable(object["readable"]) }),
    ...(object["salvagedAt"] === undefined ? {} : { salvagedAt: asTime(object["salvagedAt"], "salvagedAt") }),
  },
})

const toReadable = (value: unknown): ReadableSummary => {
  const object = asObject(value, "readable")
  const { claimedRows, firstOpenTime, lastOpenTime } = object
  return {
    rows: asInteger(object["rows"], "rows"),
    ...(claimedRows === undefined ? {} : { claimedRows: asInteger(claimedRows, "claimedRows") }),
    proven: asBoolean(object["proven"], "proven"),
    ...(firstOpenTime === undefined ? {} : { firstOpenTime: asTime(firstOpenTime, "firstOpenTime") }),
    ...(lastOpenTime === undefined ? {} : { lastOpenTime: asTime(lastOpenTime, "lastOpenTime") }),
    leftOut: asArray(object["leftOut"], "leftOut").map((text) => asText(text, "leftOut")),
    otherYears: asInteger(object["otherYears"], "otherYears"),
  }
}
