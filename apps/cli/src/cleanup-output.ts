import { relative } from "node:path"
import {
  casesOf,
  type CleanupReport,
  countKinds,
  type Expiry,
  type JudgedFile,
  openFiles,
  type QuarantineCase,
  type ReadableRows,
  type Salvage,
  type VerdictKind,
  verdictKinds,
} from "@barkeep/cleanup"
import { isoTime } from "@barkeep/market-data"
import type { Paint } from "./colour.ts"
import { formatBytes, formatCount, formatTable } from "./table.ts"

/** The files that need a word, worst first, as a table. */
export const fileTable = (report: CleanupReport, files: ReadonlyArray<JudgedFile>, paint: Paint): string =>
  formatTable(
    [
      {
        heading: "verdict",
        cell: ({ kind }) => kind,
        paint: ({ kind }, colours) => kindColour(kind, colours),
      },
      { heading: "file", cell: ({ path }) => relative(report.folder, path) || "." },
      { heading: "what", cell: ({ what }) => what },
      { heading: report.cleaned ? "what was done" : "what to do", cell: outcomeText },
    ],
    files,
    paint,
  )

const kindColour = (kind: VerdictKind, paint: Paint): ((text: string) => string) =>
  kind === "damaged" || kind === "unsure"
    ? paint.red
    : kind === "odd" || kind === "stray"
      ? paint.dim
      : paint.yellow

const outcomeText = ({ action, outcome, advice }: JudgedFile): string => {
  switch (outcome._tag) {
    case "Kept":
    case "Planned":
      return advice
    case "SetAside":
      return `moved to the quarantine as ${outcome.case.id}${action?._tag === "MendMetadata" ? "; the data stays" : rowsText(outcome.case)}`
    case "Rebuilt":
      return `metadata written anew, the rows stay; copies of both files are ${outcome.case.id}`
    case "Tidied":
      return (
        [
          ...(outcome.completed > 0 ? ["the write that was killed is finished"] : []),
          ...(outcome.locks > 0 ? ["the lock is removed"] : []),
          ...casesOf(outcome).map(({ id }) => `moved to the quarantine as ${id}`),
        ].join("; ") || "gone by itself"
      )
    case "Busy":
      return `left alone: ${outcome.what}; run again later`
    case "Changed":
      return "left alone: it has changed meanwhile; run again"
    case "Outside":
      return `left alone: ${outcome.what}`
    case "Failed":
      return `not done: ${outcome.error}`
  }
}

const rowsText = ({ readable }: QuarantineCase): string =>
  readable === undefined || readable.rows === 0 ? "" : `; ${readableText(readable)} can be put back`

/** `20 of 40 rows`. */
export const readableText = ({ rows, claimedRows, proven }: ReadableRows): string =>
  `${formatCount(rows)}${claimedRows === undefined ? "" : ` of ${formatCount(claimedRows)}`} rows${rows > 0 && !proven ? " (no checksum covers them)" : ""}`

/** How many of each kind, and how to go on. */
export const summaryLines = (
  report: CleanupReport,
  salvages: ReadonlyArray<Salvage>,
): ReadonlyArray<string> => {
  const { files, rows, bytes } = report.checked
  const counts = countKinds(report.files)
  const kinds = verdictKinds.flatMap((kind) =>
    counts[kind] === undefined ? [] : [`${counts[kind]} ${kind}`],
  )
  const moved = report.files.flatMap(({ outcome }) => casesOf(outcome))
  const salvaged = new Set(salvages.map(({ id }) => id))
  const salvageable = moved.filter(
    ({ id, readable }) => (readable?.rows ?? 0) > 0 && !salvaged.has(id),
  ).length
  const planned = openFiles(report).filter(({ outcome }) => outcome._tag === "Planned").length
  return [
    `${formatCount(files)} files, ${formatCount(rows)} rows, ${formatBytes(bytes)} read: ${kinds.length === 0 ? "all as it should be" : kinds.join(", ")}`,
    ...report.finished.map(({ id }) => `finished what an earlier cleanup had begun: ${id}`),
    ...(planned > 0
      ? [`barkeep cleanup --cleanup takes care of ${formatCount(planned)}; nothing is deleted`]
      : []),
    ...(moved.length > 0 ? ["barkeep restore lists what was moved, barkeep restore ID brings it back"] : []),
    ...(salvageable > 0
      ? [`barkeep cleanup --salvage puts the readable rows of ${formatCount(salvageable)} files back`]
      : []),
  ]
}

export const salvageTable = (salvages: ReadonlyArray<Salvage>): string =>
  formatTable(
    [
      { heading: "case", cell: ({ id }) => id },
      { heading: "rows", cell: ({ rows }) => formatCount(rows), align: "right" },
      { heading: "put back", cell: salvageText },
    ],
    salvages,
  )

const salvageText = (salvage: Salvage): string => {
  switch (salvage._tag) {
    case "Planned":
      return "would be put back"
    case "Salvaged":
      return `${formatCount(salvage.rowsAdded)} added${salvage.rowsDiffering === 0 ? "" : `, ${formatCount(salvage.rowsDiffering)} differ from what the cache has, which stays`}`
    case "Refused":
      return `not put back: ${salvage.error}`
  }
}

export const expiryTable = (expiries: ReadonlyArray<Expiry>): string =>
  formatTable(
    [
      { heading: "case", cell: ({ case: { id } }) => id },
      { heading: "set aside", cell: ({ case: { at } }) => isoTime(at) },
      { heading: "files", cell: ({ case: { files } }) => formatCount(files.length), align: "right" },
      {
        heading: "in the cache as well",
        cell: ({ presence }) =>
          presence.isOnlyCopy
            ? `not all of it: ${formatCount(presence.missingRows)} of ${formatCount(presence.readableRows)} readable rows are missing there`
            : "yes",
      },
      { heading: "deleted", cell: expiryText },
    ],
    expiries,
  )

const expiryText = ({ outcome, presence }: Expiry): string => {
  switch (outcome._tag) {
    case "Planned":
      return presence.isOnlyCopy ? "no, unless --delete-only-copies" : "would be"
    case "Deleted":
      return "yes"
    case "OnlyCopy":
      return "no, it may be the only copy: --delete-only-copies deletes it"
    case "Failed":
      return `no: ${outcome.error}`
  }
}
