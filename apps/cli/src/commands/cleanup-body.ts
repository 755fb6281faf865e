import {
  type CacheFiles,
  cleanCache,
  type CleanupReport,
  expireCases,
  type Expiry,
  openFiles,
  parseAge,
  planExpiry,
  type Salvage,
  salvageCases,
  toReportDocument,
} from "@barkeep/cleanup"
import { InvalidInput, type Timeframe } from "@barkeep/market-data"
import { ask, canAsk } from "../ask.ts"
import { expiryTable, fileTable, salvageTable, summaryLines } from "../cleanup-output.ts"
import type { Console } from "../console.ts"
import { type ExitCode, exitCodes } from "../exit-codes.ts"
import { fileProgress } from "../file-progress.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { noteUnknown } from "../named-entries.ts"
import type { Body, CommandContext } from "../run-command.ts"
import { withCacheFiles } from "../with-cache-files.ts"
import type { CleanupFlags } from "./cleanup.ts"

/** What `barkeep cleanup` does. */
export const run: Body<CleanupFlags> = async (input, context) => {
  const { console, signal } = context
  const { cleans, listsAll } = modeOf(input)
  const age = input.olderThan === undefined ? undefined : parseAge(input.olderThan, "--older-than")
  const filter = filterOf(input)
  return withCacheFiles(input, context, async (files) => {
    const progress = fileProgress(context)
    const seen = new Set<string>()
    const report = await cleanCache({
      files,
      mode: cleans && !input.dryRun ? "cleanup" : "validate",
      ...filter,
      signal,
      onFile: (file) => {
        seen.add(file.symbol)
        progress.update(file)
      },
    }).finally(progress.close)
    for (const { symbol } of [...report.files, ...(await files.cases())])
      if (symbol !== undefined) seen.add(symbol)
    noteUnknown(filter.symbols, seen, console)
    const salvages = input.salvage
      ? await salvageCases({ files, dryRun: input.dryRun, ...filter, signal })
      : []
    const expiries = age === undefined ? [] : await expire(input, files, age, context)
    if (input.json) await console.write(`${JSON.stringify(toReportDocument(report, salvages, expiries))}\n`)
    else await show(report, salvages, expiries, listsAll, console)
    return exitCodeOf(report, salvages, expiries, input.dryRun)
  })
}

const modeOf = (input: CleanupFlags): { readonly cleans: boolean; readonly listsAll: boolean } => {
  const { validateOnly, cleanup, validateAndCleanup } = input
  if ([validateOnly, cleanup, validateAndCleanup].filter(Boolean).length > 1)
    throw new InvalidInput({
      field: "flags",
      value: "several of them",
      expected: "one of --validate-only, --cleanup and --validate-and-cleanup",
    })
  if (validateOnly && !input.dryRun && (input.salvage || input.olderThan !== undefined))
    throw new InvalidInput({
      field: "--validate-only",
      value: input.salvage ? "with --salvage" : "with --older-than",
      expected: "of use: it writes nothing; say --dry-run to see what they would do",
    })
  if (input.deleteOnlyCopies && input.olderThan === undefined)
    throw new InvalidInput({
      field: "--delete-only-copies",
      value: true,
      expected: "of any use without --older-than",
    })
  return { cleans: cleanup || validateAndCleanup, listsAll: !cleanup }
}

const filterOf = (
  input: CleanupFlags,
): { readonly symbols?: ReadonlyArray<string>; readonly timeframes?: ReadonlyArray<Timeframe> } => ({
  ...(input.symbols === undefined ? {} : { symbols: splitList(input.symbols) }),
  ...(input.intervals === undefined ? {} : { timeframes: parseTimeframes(input.intervals) }),
})

/** Deletes old cases once somebody has agreed; without a terminal that has to be said on the command line. */
const expire = async (
  input: CleanupFlags,
  files: CacheFiles,
  olderThanMillis: number,
  { console, signal, now }: CommandContext,
): Promise<ReadonlyArray<Expiry>> => {
  const plan = await planExpiry({
    files,
    now: now(),
    olderThanMillis,
    ...filterOf(input),
    signal,
  })
  const deletable = plan.filter(({ presence }) => input.deleteOnlyCopies || !presence.isOnlyCopy)
  if (input.dryRun || deletable.length === 0) return plan
  if (!input.yes) {
    if (!canAsk()) {
      console.note("Nothing was deleted: there is no terminal to ask on; --yes deletes without asking")
      return plan
    }
    console.note(expiryTable(plan).trimEnd())
    if (!(await ask(`Delete ${deletable.length} cases of the quarantine for good?`, signal))) return plan
  }
  return expireCases(plan, { files, deleteOnlyCopies: input.deleteOnlyCopies, signal })
}

const show = async (
  report: CleanupReport,
  salvages: ReadonlyArray<Salvage>,
  expiries: ReadonlyArray<Expiry>,
  listsAll: boolean,
  console: Console,
): Promise<void> => {
  const listed = report.files.filter(
    ({ outcome, kind }) => listsAll || outcome._tag !== "Kept" || kind === "unsure",
  )
  if (listed.length > 0) await console.write(`${fileTable(report, listed, console.paint)}\n`)
  if (salvages.length > 0) await console.write(`${salvageTable(salvages)}\n`)
  if (expiries.length > 0) await console.write(`${expiryTable(expiries)}\n`)
  for (const line of summaryLines(report, salvages)) await console.write(`${line}\n`)
}

const exitCodeOf = (
  report: CleanupReport,
  salvages: ReadonlyArray<Salvage>,
  expiries: ReadonlyArray<Expiry>,
  dryRun: boolean,
): ExitCode => {
  const open = openFiles(report).length > 0
  if (!report.cleaned && open) return exitCodes.findings
  const tried = report.files.filter(({ action }) => action !== undefined)
  if (tried.length > 0 && tried.every(({ outcome }) => outcome._tag === "Failed")) return exitCodes.failure
  const refused =
    salvages.some(({ _tag }) => _tag === "Refused") ||
    expiries.some(
      ({ outcome: { _tag } }) => _tag === "Failed" || _tag === "OnlyCopy" || (_tag === "Planned" && !dryRun),
    )
  return open || refused ? exitCodes.partial : exitCodes.done
}
