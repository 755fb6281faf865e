import { InvalidInput, isoTime } from "@barkeep/market-data"
import {
  planPopulate,
  populate as runPopulate,
  type PopulatePlan,
  type PopulateReport,
} from "@barkeep/populate"
import { systemClock } from "@barkeep/provider-kit"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { makeProviders, makeTasks, withCache } from "../compose.ts"
import { parseDateSpan } from "../dates.ts"
import { type ExitCode, exitCodes } from "../exit-codes.ts"
import { common, endDate, intervals, parseTimeframes, splitList, startDate, symbols } from "../flags.ts"
import { populateProgress } from "../progress.ts"
import { type CommandContext, errorLine, handler } from "../run-command.ts"
import { formatCount, formatDuration, formatTable } from "../table.ts"

const flags = {
  ...common,
  symbols,
  intervals,
  startDate: startDate.pipe(Flag.withDefault("2020-01-01")),
  endDate,
  plan: Flag.Boolean("plan").pipe(
    Flag.withDescription("Print what would be asked and what it costs; write nothing"),
    Flag.withDefault(false),
  ),
}

interface PopulateFlags {
  readonly cacheDir: string | undefined
  readonly json: boolean
  readonly symbols: string
  readonly intervals: string
  readonly startDate: string
  readonly endDate: string | undefined
  readonly plan: boolean
}

export const populate = Command.make(
  "populate",
  flags,
  handler(async (input: PopulateFlags, context) => {
    const span = parseDateSpan(input.startDate, input.endDate)
    const timeframes = parseTimeframes(input.intervals)
    const names = [...new Set(splitList(input.symbols))]
    if (names.length === 0)
      throw new InvalidInput({ field: "--symbols", value: input.symbols, expected: "a list" })
    if (timeframes.length === 0)
      throw new InvalidInput({
        field: "--intervals",
        value: input.intervals,
        expected: "a list of timeframes",
      })
    return withCache(input, async ({ configuration, cache }) => {
      const providers = makeProviders(configuration)
      const tasks = makeTasks(names, timeframes, span, providers, systemClock.now())
      if (input.plan)
        return showPlan(await planPopulate({ store: cache, tasks, signal: context.signal }), input, context)
      const started = systemClock.now()
      const onEvent = input.json ? () => {} : populateProgress(context.console, systemClock.now)
      const report = await runPopulate({ store: cache, tasks, onEvent, signal: context.signal }).catch(
        (error: unknown) => {
          if (context.signal.aborted)
            context.console.note(
              "Interrupted. What was fetched is stored; the same command continues from there.",
            )
          throw error
        },
      )
      return showReport(report, systemClock.now() - started, input, context)
    })
  }),
).pipe(
  Command.withDescription("Download what the cache is missing. Resumable; a second run asks for nothing."),
  Command.withExamples([
    {
      command:
        "barkeep populate --symbols BTCUSDT,ETHUSDT --intervals 1h,1d --start-date 2023-01-01 --end-date 2023-12-31",
      description: "A year of two pairs",
    },
    {
      command: "barkeep populate --symbols BTCUSDT --intervals 1m --plan",
      description: "What would that cost?",
    },
  ]),
)

const showPlan = async (
  plan: PopulatePlan,
  input: PopulateFlags,
  { console }: CommandContext,
): Promise<void> => {
  const tasks = plan.tasks.map(({ task, missing, lookups, calls }) => ({
    symbol: task.instrument.symbol,
    timeframe: task.timeframe,
    provider: task.provider.id,
    missing: missing.map(({ from, to }) => ({ from: isoTime(from), to: isoTime(to) })),
    calls: lookups.length + calls.length,
  }))
  if (input.json) return console.write(`${JSON.stringify({ tasks, totals: plan.totals })}\n`)
  await console.write(
    formatTable(
      [
        { heading: "symbol", cell: (row) => row.symbol },
        { heading: "timeframe", cell: (row) => row.timeframe },
        { heading: "provider", cell: (row) => row.provider },
        { heading: "calls", cell: (row) => formatCount(row.calls), align: "right" },
        {
          heading: "missing",
          cell: (row) => row.missing.map(({ from, to }) => `${from} to ${to}`).join(", ") || "-",
        },
      ],
      tasks,
    ),
  )
  for (const { provider, calls, budget, cost, minimumMillis } of plan.totals)
    await console.write(
      `${provider}: ${formatCount(calls)} calls, ${formatCount(cost)} of budget ${budget}, at least ${formatDuration(minimumMillis)}\n`,
    )
}

const showReport = async (
  report: PopulateReport,
  millis: number,
  input: PopulateFlags,
  { console }: CommandContext,
): Promise<ExitCode> => {
  if (input.json) await console.write(`${JSON.stringify(reportDocument(report))}\n`)
  else
    await console.write(
      formatTable(
        [
          { heading: "symbol", cell: (row) => row.symbol },
          { heading: "timeframe", cell: (row) => row.timeframe },
          { heading: "provider", cell: (row) => row.provider },
          { heading: "added", cell: (row) => formatCount(row.rowsAdded), align: "right" },
          { heading: "replaced", cell: (row) => formatCount(row.rowsReplaced), align: "right" },
          { heading: "status", cell: (row) => statusText[row.status] },
        ],
        report.outcomes,
      ) + `${formatCount(report.rowsAdded)} bars added in ${formatDuration(millis)}\n`,
    )
  for (const outcome of report.outcomes) {
    if (outcome.error !== undefined)
      console.note(`barkeep: ${outcome.symbol} ${outcome.timeframe} failed: ${errorLine(outcome.error)}`)
    if (outcome.rowsDiffering > 0)
      console.note(
        `barkeep: ${outcome.symbol} ${outcome.timeframe}: ${formatCount(outcome.rowsDiffering)} stored bars differ from what ${outcome.provider} says now; the stored ones were kept`,
      )
  }
  if (report.failed === 0) return exitCodes.done
  return report.failed === report.outcomes.length && report.rowsAdded === 0
    ? exitCodes.failure
    : exitCodes.partial
}

const statusText = { UpToDate: "up to date", Completed: "completed", Failed: "failed" } as const

const reportDocument = (report: PopulateReport): unknown => ({
  rowsAdded: report.rowsAdded,
  failed: report.failed,
  outcomes: report.outcomes.map(({ error, wanted, missing, ...outcome }) => ({
    ...outcome,
    wanted: { from: isoTime(wanted.from), to: isoTime(wanted.to) },
    missing: missing.map(({ from, to }) => ({ from: isoTime(from), to: isoTime(to) })),
    ...(error === undefined ? {} : { error: errorLine(error) }),
  })),
})
