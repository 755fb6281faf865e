import type { CacheFiles, CasePresence, FileFinding, QuarantineCase, SetAsideOutcome } from "../src/index.ts"

/** A store of findings: setting something aside takes its findings away and makes a case. */
export interface MemoryFiles extends CacheFiles {
  findings: Array<FileFinding>
  readonly stored: Map<string, QuarantineCase>
  readonly calls: Array<string>
  /** Answers of `setAside`, by path; a case is made without one. */
  readonly answers: Map<string, SetAsideOutcome | Error>
  writer: string | undefined
  /** What `rebuild` can do. */
  knowsKind: boolean
  readonly presences: Map<string, CasePresence>
}

export const typedError = (message: string): Error & { readonly _tag: string } =>
  Object.assign(new Error(message), { _tag: "CacheError" })

const day = 86_400_000

export const memoryFiles = (findings: ReadonlyArray<FileFinding>): MemoryFiles => {
  let number = 0
  const makeCase = (changes: Partial<QuarantineCase>): QuarantineCase => {
    number += 1
    const made: QuarantineCase = {
      id: `case-${number}`,
      symbol: "A",
      timeframe: "1d",
      why: "",
      at: number * day,
      files: [{ name: "f", from: "A/1d/f", sizeBytes: 1, sha256: "00" }],
      ...changes,
    }
    files.stored.set(made.id, made)
    return made
  }
  const get = (id: string): QuarantineCase => {
    const found = files.stored.get(id)
    if (found === undefined) throw typedError(`no case ${id}`)
    return found
  }
  const files: MemoryFiles = {
    folder: "/cache",
    findings: [...findings],
    stored: new Map(),
    calls: [],
    answers: new Map(),
    writer: undefined,
    knowsKind: false,
    presences: new Map(),
    inspect: async ({ onFile, signal } = {}) => {
      signal?.throwIfAborted()
      files.calls.push("inspect")
      onFile?.({ symbol: "A", timeframe: "1d", year: 2017, filesDone: 1, files: 1, rows: 40, bytes: 900 })
      return { findings: files.findings, partitions: 1, rows: 40, bytes: 900 }
    },
    findWriter: async () => files.writer,
    setAside: async ({ symbol, timeframe, year, why, files: paths }) => {
      const path = paths?.[0] ?? `/cache/${symbol}/${timeframe}/${year}.csv.gz`
      files.calls.push(`setAside ${path}`)
      const answer = files.answers.get(path)
      if (answer instanceof Error) throw answer
      if (answer !== undefined) return answer
      files.findings = files.findings.filter((finding) =>
        paths === undefined ? finding.year !== year || finding.symbol !== symbol : finding.path !== path,
      )
      return {
        _tag: "SetAside",
        quarantined: makeCase({ symbol, timeframe, why, ...(year === undefined ? {} : { year }) }),
      }
    },
    rebuild: async ({ symbol, timeframe, year }) => {
      files.calls.push(`rebuild ${symbol} ${timeframe} ${year}`)
      if (!files.knowsKind) return { _tag: "KindUnknown" }
      files.findings = files.findings.filter((finding) => finding.year !== year)
      return { _tag: "SetAside", quarantined: makeCase({ symbol, timeframe, year, copied: true }) }
    },
    tidy: async ({ symbol, timeframe }) => {
      files.calls.push(`tidy ${symbol} ${timeframe}`)
      files.findings = files.findings.filter(({ kind }) => kind !== "left-over" && kind !== "stale-lock")
      return {
        _tag: "Tidied",
        completed: 1,
        locks: 0,
        quarantined: [makeCase({ symbol, timeframe, why: "left over" })],
      }
    },
    finishInterrupted: async () => {
      files.calls.push("finishInterrupted")
      return []
    },
    cases: async () => [...files.stored.values()],
    presence: async (id) =>
      files.presences.get(get(id).id) ?? { readableRows: 0, missingRows: 0, isOnlyCopy: false },
    salvage: async (id) => {
      files.calls.push(`salvage ${id}`)
      const found = get(id)
      if (found.why === "refuse") throw typedError("another price basis")
      files.stored.set(id, { ...found, salvagedAt: 5 })
      const rows = found.readable?.rows ?? 0
      return { id, rows, rowsAdded: rows, rowsDiffering: 0 }
    },
    restore: async (id) => get(id),
    expire: async (id) => {
      files.calls.push(`expire ${id}`)
      files.stored.delete(get(id).id)
    },
  }
  return files
}
