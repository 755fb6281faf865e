import type { Timeframe } from "@barkeep/market-data"
import { orFailure } from "./attempt.ts"
import type { CacheFiles, InspectionProgress, QuarantineCase } from "./cache-files.ts"
import { judgeFiles } from "./judge-files.ts"
import type { CleanupReport, JudgedFile, Outcome } from "./report.ts"
import type { Action, Verdict } from "./verdict.ts"

export interface CleanOptions {
  readonly files: CacheFiles
  /**
   * `validate` only looks and writes nothing. `cleanup` moves what is damaged, orphaned or left over to the quarantine.
   * @default "validate"
   */
  readonly mode?: "validate" | "cleanup"
  /** @default all symbols */
  readonly symbols?: ReadonlyArray<string>
  /** @default all timeframes */
  readonly timeframes?: ReadonlyArray<Timeframe>
  readonly signal?: AbortSignal
  /** Called after each data file that was read. */
  readonly onFile?: (progress: InspectionProgress) => void
  /** Called after each verdict that was carried out. */
  readonly onDone?: (file: JudgedFile) => void
}

/**
 * Reads every byte of a cache, judges each file by its integrity, and with `mode: "cleanup"` moves what is damaged to the
 * quarantine, from where `restore` brings it back byte for byte. Nothing is deleted. Files that another process is
 * writing, files that are merely odd, and files that are not of the cache stay where they are. Doing it twice changes
 * nothing the second time; a run that was killed is finished by the next one.
 * @throws the store's typed error when the cache cannot be looked at; the signal's reason when aborted, after the step
 * under way. What happens to single files is in the report.
 */
export const cleanCache = async (options: CleanOptions): Promise<CleanupReport> => {
  const { files, mode = "validate", symbols, timeframes, signal, onFile, onDone } = options
  signal?.throwIfAborted()
  const finished = mode === "cleanup" ? await files.finishInterrupted() : []
  const inspection = await files.inspect({
    ...(symbols === undefined ? {} : { symbols }),
    ...(timeframes === undefined ? {} : { timeframes }),
    ...(signal === undefined ? {} : { signal }),
    ...(onFile === undefined ? {} : { onFile }),
  })
  const verdicts = judgeFiles(inspection.findings)
  const carryOut = mode === "cleanup" ? makeCarryOut(files) : makeLook(files)
  const judged: Array<JudgedFile> = []
  for (const verdict of verdicts) {
    signal?.throwIfAborted()
    const file = await carryOut(verdict)
    judged.push(file)
    onDone?.(file)
  }
  return {
    folder: files.folder,
    cleaned: mode === "cleanup",
    checked: { files: inspection.partitions, rows: inspection.rows, bytes: inspection.bytes },
    files: judged,
    finished,
  }
}

/** Only looks: what a live writer has left over is no left-over. */
const makeLook =
  (files: CacheFiles) =>
  async (verdict: Verdict): Promise<JudgedFile> => {
    if (verdict.action === undefined) return { ...verdict, outcome: { _tag: "Kept" } }
    const writer = await files.findWriter(verdict.action.entry)
    if (writer === undefined) return { ...verdict, outcome: { _tag: "Planned" } }
    return asBusy(verdict, writer)
  }

const makeCarryOut = (files: CacheFiles) => {
  const tidied = new Map<string, Promise<Outcome>>()
  return async (verdict: Verdict): Promise<JudgedFile> => {
    const { action } = verdict
    if (action === undefined) return { ...verdict, outcome: { _tag: "Kept" } }
    const step = (): Promise<Outcome> =>
      orFailure<Outcome>(
        () => carryOut(files, verdict, action),
        (error) => ({ _tag: "Failed", error: error.message }),
      )
    let outcome: Outcome
    if (action._tag === "Tidy") {
      // All that was left of one entry is tidied up at once.
      const key = `${action.entry.symbol} ${action.entry.timeframe}`
      let running = tidied.get(key)
      if (running === undefined) tidied.set(key, (running = step()))
      outcome = await running
    } else outcome = await step()
    return outcome._tag === "Busy" ? asBusy(verdict, outcome.what) : { ...verdict, outcome }
  }
}

/** Damage stays damage; what looked left over belongs to whoever writes there. */
const asBusy = (verdict: Verdict, what: string): JudgedFile => ({
  ...verdict,
  kind: verdict.kind === "damaged" ? "damaged" : "busy",
  advice: "left alone: run again later",
  outcome: { _tag: "Busy", what },
})

const carryOut = async (files: CacheFiles, verdict: Verdict, action: Action): Promise<Outcome> => {
  const { what: why, path } = verdict
  const mark = "mark" in action && action.mark !== undefined ? { mark: action.mark } : {}
  switch (action._tag) {
    case "SetAsideYear":
      return toOutcome(await files.setAside({ ...action.entry, year: action.year, why, ...mark }))
    case "SetAsideFile":
      return toOutcome(
        await files.setAside({
          ...action.entry,
          ...(action.year === undefined ? {} : { year: action.year }),
          files: [path],
          why,
          ...mark,
        }),
      )
    case "MendMetadata": {
      const rebuilt = await files.rebuild({ ...action.entry, year: action.year, ...mark })
      if (rebuilt._tag === "SetAside") return { _tag: "Rebuilt", case: rebuilt.quarantined }
      if (rebuilt._tag !== "KindUnknown") return toOutcome(rebuilt)
      return toOutcome(
        await files.setAside({ ...action.entry, year: action.year, files: [path], why, ...mark }),
      )
    }
    case "Tidy": {
      const tidied = await files.tidy(action.entry)
      return tidied._tag === "Busy"
        ? tidied
        : {
            _tag: "Tidied",
            completed: tidied.completed,
            locks: tidied.locks,
            cases: tidied.quarantined,
          }
    }
  }
}

const toOutcome = (
  outcome:
    | { readonly _tag: "SetAside"; readonly quarantined: QuarantineCase }
    | { readonly _tag: "Busy" | "Outside"; readonly what: string }
    | { readonly _tag: "Changed" },
): Outcome => (outcome._tag === "SetAside" ? { _tag: "SetAside", case: outcome.quarantined } : outcome)
