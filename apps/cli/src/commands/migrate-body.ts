import { migrationTarget, openCache, readSourceRows } from "@barkeep/cache-core"
import { InvalidInput } from "@barkeep/market-data"
import {
  migrate,
  type MigrateOptions,
  MigrationError,
  type MigrationPlan,
  type MigrationReport,
  type MigrationTarget,
  planMigration,
  rollbackMigration,
  toPlanJson,
  verifyMigration,
} from "@barkeep/migration"
import { knownInstrument } from "../known-instrument.ts"
import { ask, canAsk } from "../ask.ts"
import type { Console } from "../console.ts"
import { type ExitCode, exitCodes } from "../exit-codes.ts"
import { splitList } from "../lists.ts"
import { migrateProgress } from "../migrate-progress.ts"
import { parseAdjustments } from "../parse-adjustments.ts"
import { planText, reportLines, rollbackLines, verifyLines } from "../migrate-output.ts"
import { type Body, type CommandContext, errorLine } from "../run-command.ts"
import type { MigrateFlags } from "./migrate.ts"

/** What `barkeep migrate` does. */
export const run: Body<MigrateFlags> = async (input, context) => {
  const { console, signal, configure } = context
  checkFlags(input)
  const { cacheDir } = configure({ cacheDir: input.newCache ?? input.cacheDir })
  const cache = await openCache(cacheDir, { instrumentOf: knownInstrument })
  const target = migrationTarget(cache)
  try {
    if (input.verify !== undefined) return await verify(target, input.verify, input.json, console, signal)
    if (input.rollback !== undefined) return await rollback(target, input.rollback, input.json, console)
    return await plan(input, target, context)
  } catch (error) {
    throw toUsageError(error)
  } finally {
    await cache.close()
  }
}

/** What the command line names is not there, or cannot be meant: nothing was done. */
const toUsageError = (error: unknown): unknown => {
  if (!(error instanceof MigrationError)) return error
  const { reason, subject } = error
  if (reason._tag === "NoOldCache")
    return new InvalidInput({ field: "--old-cache", value: subject, expected: "the folder of an old cache" })
  if (reason._tag === "FoldersOverlap")
    return new InvalidInput({
      field: "--new-cache",
      value: subject,
      expected: `a folder apart from the old cache ${reason.other}; unified trees of the original are read where they are, without a migration`,
    })
  if (reason._tag === "UnknownMigration")
    return new InvalidInput({
      field: "ID",
      value: subject,
      expected:
        reason.known.length === 0
          ? "a migration into this cache: there is none"
          : `one of ${reason.known.join(", ")}`,
    })
  return error
}

const checkFlags = (input: MigrateFlags): void => {
  const { verify, rollback, migrate: migrates, move, yes } = input
  const refuse = (field: string, value: unknown, expected: string): InvalidInput =>
    new InvalidInput({ field, value, expected })
  if ([verify !== undefined, rollback !== undefined, migrates].filter(Boolean).length > 1)
    throw refuse("flags", "several of them", "one of --migrate, --verify and --rollback")
  if (move && migrates && !input.dryRun && !yes && !canAsk())
    throw refuse("--move", true, "given with --yes where there is no terminal to ask on")
}

const plan = async (
  input: MigrateFlags,
  target: MigrationTarget,
  context: CommandContext,
): Promise<ExitCode> => {
  const { console, signal, now } = context
  const progress = migrateProgress(context)
  const options: MigrateOptions = {
    oldCache: input.oldCache,
    target,
    readRows: readSourceRows,
    includeMock: input.includeMock,
    prefer: input.prefer === undefined ? [] : splitList(input.prefer),
    adjustments: input.adjustment === undefined ? {} : parseAdjustments(input.adjustment),
    move: input.move,
    clock: { now },
    onEvent: progress.update,
    signal,
  }
  if (!input.migrate || input.dryRun) {
    const planned = await planMigration(options).finally(progress.close)
    if (input.json) await console.write(`${JSON.stringify({ dryRun: true, plan: toPlanJson(planned) })}\n`)
    else await console.write(planText(planned, input))
    return exitCodes.done
  }
  const asks = !input.yes && !input.json && canAsk()
  const confirm = async (planned: MigrationPlan): Promise<boolean> => {
    progress.close()
    console.note(planText(planned, input).trimEnd())
    return ask(`Migrate ${planned.fates.kept.rows} rows to ${planned.newCache}?`, signal)
  }
  const report = await migrate({ ...options, ...(asks ? { confirm } : {}) }).finally(progress.close)
  if (input.json) await console.write(`${JSON.stringify(toDocument(report))}\n`)
  else {
    if (!asks && report.status !== "nothing-to-do") await console.write(planText(report.plan, input))
    for (const line of reportLines(report)) await console.write(`${line}\n`)
  }
  return codeOf(report)
}

const toDocument = (report: MigrationReport): unknown => ({
  ...report,
  plan: toPlanJson(report.plan),
  failed: report.failed.map(({ error, ...entry }) => ({ ...entry, error: errorLine(error) })),
})

const codeOf = ({ status, plan: { entries, fates } }: MigrationReport): ExitCode => {
  if (status === "nothing-to-do") return exitCodes.done
  if (status === "declined" || status === "partial") return exitCodes.partial
  const unreadable = entries.some(({ sources }) => sources.some((source) => source.unreadable !== undefined))
  return unreadable || fates.refused.rows > 0 ? exitCodes.partial : exitCodes.done
}

const verify = async (
  target: MigrationTarget,
  id: string,
  json: boolean,
  console: Console,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const verified = await verifyMigration({ target, id, signal })
  if (json) await console.write(`${JSON.stringify(verified)}\n`)
  else for (const line of verifyLines(verified)) await console.write(`${line}\n`)
  return verified.problems.length > 0 ? exitCodes.failure : exitCodes.done
}

const rollback = async (
  target: MigrationTarget,
  id: string,
  json: boolean,
  console: Console,
): Promise<ExitCode> => {
  const rolledBack = await rollbackMigration({ target, id })
  if (json) await console.write(`${JSON.stringify(rolledBack)}\n`)
  else for (const line of rollbackLines(rolledBack)) await console.write(`${line}\n`)
  return rolledBack.left.length > 0 ? exitCodes.partial : exitCodes.done
}
