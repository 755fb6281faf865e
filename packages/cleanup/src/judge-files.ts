import type { EntryName, FileFinding } from "./cache-files.ts"
import { type Action, type Verdict, type VerdictKind, verdictKinds } from "./verdict.ts"

/**
 * The verdicts that follow from what was found, worst first, then by path: one for each file, or for all files of a year.
 * Integrity alone decides: what was written can be read with certainty, or not. Whether prices make sense is no question
 * here. Pure.
 */
export const judgeFiles = (findings: ReadonlyArray<FileFinding>): ReadonlyArray<Verdict> => {
  const errors = new Map<string, Array<FileFinding>>()
  const verdicts: Array<Verdict> = []
  for (const finding of findings) {
    if (finding.severity === "error") {
      const key =
        finding.year === undefined ? finding.path : `${finding.symbol} ${finding.timeframe} ${finding.year}`
      errors.set(key, [...(errors.get(key) ?? []), finding])
    } else verdicts.push(...judgeNotice(finding))
  }
  for (const group of errors.values()) verdicts.push(judgeErrors(group))
  return withoutRepeats(verdicts).toSorted(
    (a, b) =>
      verdictKinds.indexOf(a.kind) - verdictKinds.indexOf(b.kind) ||
      (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  )
}

/** Errors of one year, or of one file. */
const judgeErrors = (group: ReadonlyArray<FileFinding>): Verdict => {
  const [first] = group as readonly [FileFinding, ...ReadonlyArray<FileFinding>]
  const what = [...new Set(group.map((finding) => finding.what))].join("; ")
  const unjudged = group.find(({ reason }) => reason !== undefined && reason !== "CorruptPartition")
  if (unjudged !== undefined || first.kind === "mixed-entry")
    return verdictOf(first, "unsure", what, unsureAdvice[unjudged?.reason ?? ""] ?? mixedAdvice)
  const entry = entryOf(first)
  if (entry === undefined) return verdictOf(first, "unsure", what, lookAdvice)
  const marked = { entry, ...(first.mark === undefined ? {} : { mark: first.mark }) }
  const { year } = first
  // Answers can be asked for again; of other files of no year nothing says what hangs on them.
  if (year === undefined && !/[/\\]coverage[/\\]/.test(first.path))
    return verdictOf(first, "unsure", what, lookAdvice)
  if (year === undefined)
    return verdictOf(first, "damaged", what, "cleanup moves it to the quarantine", {
      _tag: "SetAsideFile",
      ...marked,
    })
  if (group.every(({ kind }) => kind === "damaged-metadata"))
    return verdictOf(
      first,
      "damaged",
      `${what}; the data file is whole`,
      "cleanup mends the metadata or moves it to the quarantine; the data stays",
      { _tag: "MendMetadata", year, ...marked },
    )
  if (first.kind === "missing-data")
    return verdictOf(
      first,
      "damaged",
      what,
      "put the file back, or cleanup moves its metadata to the quarantine and populate fetches the year again",
      { _tag: "SetAsideYear", year, ...marked },
    )
  return verdictOf(first, "damaged", what, "cleanup moves it to the quarantine", {
    _tag: "SetAsideYear",
    year,
    ...marked,
  })
}

const judgeNotice = (finding: FileFinding): ReadonlyArray<Verdict> => {
  const entry = entryOf(finding)
  const { year, mark, what } = finding
  const marked = mark === undefined ? {} : { mark }
  switch (finding.kind) {
    case "foreign":
      return []
    case "odd":
    case "checksum":
      return [verdictOf(finding, "odd", what, "kept: every row is read")]
    case "orphan-metadata":
      return [
        verdictOf(
          finding,
          "orphan",
          what,
          "cleanup moves it to the quarantine",
          entry === undefined || year === undefined
            ? undefined
            : { _tag: "SetAsideYear", entry, year, ...marked },
        ),
      ]
    case "left-over":
    case "stale-lock": {
      if (entry === undefined)
        return [verdictOf(finding, "left-over", what, "not touched: the next write of its kind replaces it")]
      const action: Action =
        mark === undefined ? { _tag: "Tidy", entry } : { _tag: "SetAsideFile", entry, ...marked }
      return [verdictOf(finding, "left-over", what, leftOverAdvice[action._tag] ?? "", action)]
    }
    case "stray":
      return [verdictOf(finding, "stray", what, "not touched")]
    // Never mere notices; should a store say so, somebody has to look.
    case "damaged-data":
    case "damaged-metadata":
    case "inconsistent":
    case "missing-data":
    case "mixed-entry":
      return [verdictOf(finding, "unsure", what, lookAdvice)]
  }
}

const lookAdvice = "look at it; cleanup leaves it alone"

const leftOverAdvice: { readonly [tag: string]: string | undefined } = {
  Tidy: "cleanup finishes the write if it counts, else moves it to the quarantine",
  SetAsideFile: "cleanup moves it to the quarantine",
}

const mixedAdvice = "not touched: fetch the years of one kind again"

const unsureAdvice: { readonly [reason: string]: string | undefined } = {
  StorageFailure: "it could not be read: check the disk and the permissions, then run again",
  UnknownFormatVersion: "update Barkeep; this version does not know the file",
  EntryMismatch: mixedAdvice,
}

const verdictOf = (
  finding: FileFinding,
  kind: VerdictKind,
  what: string,
  advice: string,
  action?: Action,
): Verdict => {
  const { path, symbol, timeframe, year } = finding
  return {
    kind,
    path,
    ...(symbol === undefined ? {} : { symbol }),
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(year === undefined ? {} : { year }),
    what,
    advice,
    ...(action === undefined ? {} : { action }),
  }
}

const entryOf = ({ symbol, timeframe }: FileFinding): EntryName | undefined =>
  symbol === undefined || timeframe === undefined ? undefined : { symbol, timeframe }

/** A stray file of one entry can be found on two ways. */
const withoutRepeats = (verdicts: ReadonlyArray<Verdict>): ReadonlyArray<Verdict> => {
  const seen = new Set<string>()
  return verdicts.filter(({ kind, path }) => {
    const key = `${kind} ${path}`
    return seen.has(key) ? false : (seen.add(key), true)
  })
}
