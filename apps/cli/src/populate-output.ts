import { isoTime, type Timeframe, type TimeRange } from "@barkeep/market-data"
import type { PopulatePlan, PopulateReport, TaskOutcome } from "@barkeep/populate"
import { ProviderError } from "@barkeep/provider-kit"
import type { RefusedTask } from "./compose.ts"
import type { Console } from "./console.ts"
import type { NamedLookup } from "./exchange-list.ts"
import { type ExitCode, exitCodes } from "./exit-codes.ts"
import { canBeMended } from "./resume-command.ts"
import { errorLine } from "./run-command.ts"
import { formatCount, formatDuration, formatTable } from "./table.ts"

/** A plan, with the calls that a run makes before it knows its tasks; `totals` counts them too. */
export interface WholePlan extends PopulatePlan {
  readonly lookups: ReadonlyArray<NamedLookup>
}

/** Prints what would be asked and what it costs; says how the run would end. */
export const showPlan = async (
  plan: WholePlan,
  refused: ReadonlyArray<RefusedTask>,
  json: boolean,
  console: Console,
): Promise<ExitCode> => {
  const tasks = plan.tasks.map(({ task, missing, gone, lookups, calls, expiring }) => ({
    symbol: task.instrument.symbol,
    timeframe: task.timeframe,
    provider: task.provider.id,
    missing: missing.map(rangeDocument),
    gone: gone.map(rangeDocument),
    calls: lookups.length + calls.length,
    expiring: expiring.map(({ range, offeredUntil }) => ({
      ...rangeDocument(range),
      offeredUntil: isoTime(offeredUntil),
    })),
  }))
  const impossible = plan.refused.map(({ task, error }) => ({
    symbol: task.instrument.symbol,
    timeframe: task.timeframe,
    provider: task.provider.id,
    error: errorLine(error),
  }))
  const lookups = plan.lookups.map(({ provider, call, names }) => ({
    provider: provider.id,
    endpoint: call.endpoint,
    symbols: names,
  }))
  const undone = impossible.length + refused.length
  const code = undone === 0 ? exitCodes.done : tasks.length === 0 ? exitCodes.failure : exitCodes.partial
  if (json) {
    await console.write(`${JSON.stringify({ tasks, refused, impossible, lookups, totals: plan.totals })}\n`)
    return code
  }
  await console.write(
    formatTable(
      [
        { heading: "symbol", cell: (row) => row.symbol },
        { heading: "timeframe", cell: (row) => row.timeframe },
        { heading: "provider", cell: (row) => row.provider },
        { heading: "calls", cell: (row) => formatCount(row.calls), align: "right" },
        {
          heading: "missing",
          cell: ({ missing }) => missing.map(({ from, to }) => `${from} to ${to}`).join(", ") || "-",
        },
      ],
      tasks,
      console.paint,
    ),
  )
  for (const { provider, symbols } of lookups)
    await console.write(
      `${provider}: 1 more call for its list of pairs, to tell what ${symbols.join(", ")} is\n`,
    )
  for (const { provider, calls, budget, cost, minimumMillis } of plan.totals)
    await console.write(
      `${provider}: ${formatCount(calls)} ${calls === 1 ? "call" : "calls"}, ${formatCount(cost)} of budget ${budget}, at least ${formatDuration(minimumMillis)}\n`,
    )
  for (const { symbol, timeframe, provider, expiring } of tasks)
    for (const { from, to, offeredUntil } of expiring)
      await console.write(
        `${symbol} ${timeframe}: ${provider} drops ${from} to ${to} within a week, from ${offeredUntil} on; fetch it before\n`,
      )
  for (const { task, gone } of plan.tasks)
    noteGone(task.instrument.symbol, task.timeframe, task.provider.id, gone, console)
  for (const { symbol, timeframe, error } of impossible)
    console.note(`barkeep: ${symbol} ${timeframe} would fail: ${error}`)
  noteRefused(refused, console)
  return code
}

/** Prints what became of the tasks, one line on stderr for each that failed; says how the process is to end. */
export const showReport = async (
  report: PopulateReport,
  refused: ReadonlyArray<RefusedTask>,
  millis: number,
  { json, resume }: { readonly json: boolean; readonly resume: string | undefined },
  console: Console,
): Promise<ExitCode> => {
  if (json) await console.write(`${JSON.stringify({ ...reportDocument(report, refused), resume })}\n`)
  else if (report.outcomes.length > 0)
    await console.write(
      formatTable(
        [
          { heading: "symbol", cell: (row) => row.symbol },
          { heading: "timeframe", cell: (row) => row.timeframe },
          { heading: "provider", cell: (row) => row.provider },
          { heading: "added", cell: (row) => formatCount(row.rowsAdded), align: "right" },
          { heading: "replaced", cell: (row) => formatCount(row.rowsReplaced), align: "right" },
          {
            heading: "status",
            cell: statusText,
            paint: (row, { green, red, yellow }) =>
              row.status === "Failed" ? red : isWhole(row) ? green : yellow,
          },
        ],
        report.outcomes,
        console.paint,
      ) + `${formatCount(report.rowsAdded)} bars added in ${formatDuration(millis)}\n`,
    )
  for (const outcome of report.outcomes) {
    if (outcome.error !== undefined)
      console.note(
        `barkeep: ${outcome.symbol} ${outcome.timeframe} failed: ${errorLine(outcome.error)}; missing is ${rangesText(outcome.missing)}`,
      )
    if (!isOutsideHistory(outcome.error))
      noteGone(outcome.symbol, outcome.timeframe, outcome.provider, outcome.gone, console)
    if (outcome.doubtful.length > 0)
      console.note(
        `barkeep: ${outcome.symbol} ${outcome.timeframe}: ${outcome.provider} answered without a bar for ${rangesText(outcome.doubtful)}, where there should be some; missing until it says the same for a day`,
      )
    if (outcome.unusable.length > 0)
      console.note(
        `barkeep: ${outcome.symbol} ${outcome.timeframe}: ${outcome.provider} answered without usable values for ${rangesText(outcome.unusable)}; barkeep validate and fill-gaps look for them elsewhere`,
      )
    if (outcome.rowsDiffering > 0)
      console.note(
        `barkeep: ${outcome.symbol} ${outcome.timeframe}: ${formatCount(outcome.rowsDiffering)} stored bars differ from what ${outcome.provider} says now; the stored ones were kept`,
      )
  }
  noteRefused(refused, console)
  if (resume !== undefined) console.note(`barkeep: to go on: ${resume}`)
  return exitCodeOfReport(report, refused)
}

/**
 * How a run ends: whole, or in part, which is said where and how to go on; as a failure when nothing came of it and
 * nothing will when it is run again, or when it was not a vendor that failed. What a vendor does not reach back to is
 * named and no failure.
 */
export const exitCodeOfReport = (
  { outcomes, rowsAdded, failed }: PopulateReport,
  refused: ReadonlyArray<RefusedTask>,
): ExitCode => {
  const undone = failed + refused.length
  if (undone === 0) return outcomes.every(isWhole) ? exitCodes.done : exitCodes.partial
  const nothingDone = rowsAdded === 0 && undone === outcomes.length + refused.length
  const isMendable = outcomes.some(
    (outcome) => outcome.error instanceof ProviderError && canBeMended(outcome),
  )
  return nothingDone && !isMendable ? exitCodes.failure : exitCodes.partial
}

/** Everything that can be asked has been answered. */
const isWhole = ({ unusable, doubtful }: TaskOutcome): boolean =>
  unusable.length === 0 && doubtful.length === 0

/** The failure itself says that the provider does not reach back there. */
const isOutsideHistory = (error: Error | undefined): boolean =>
  error instanceof ProviderError && error.reason._tag === "OutsideHistory"

/** Not a failure: nothing that is run again will bring it from there. */
const noteGone = (
  symbol: string,
  timeframe: Timeframe,
  provider: string,
  gone: ReadonlyArray<TimeRange>,
  console: Console,
): void => {
  if (gone.length > 0)
    console.note(
      `barkeep: ${symbol} ${timeframe}: ${provider} does not reach back to ${rangesText(gone)}; it stays missing`,
    )
}

const noteRefused = (refused: ReadonlyArray<RefusedTask>, console: Console): void => {
  for (const { symbol, timeframe, reasons } of refused)
    console.note(
      [`barkeep: ${symbol} ${timeframe}: no provider gives it`, ...reasonLines(reasons)].join("\n"),
    )
}

/** One line a provider; advice that an earlier line has given is not given again. */
const reasonLines = (reasons: RefusedTask["reasons"]): ReadonlyArray<string> => {
  const told = new Set<string>()
  return reasons.map(({ provider, reason, help }) => {
    const advice = help.split("; ").filter((part) => !told.has(part))
    for (const part of advice) told.add(part)
    return `  ${provider}: ${reason}${advice.length === 0 ? "" : ` (${advice.join("; ")})`}`
  })
}

const statusText = ({ status, gone, unusable, doubtful }: TaskOutcome): string => {
  if (status === "Failed") return "failed"
  if (unusable.length > 0 || doubtful.length > 0) return "in part"
  if (gone.length > 0) return "as far back as offered"
  return status === "UpToDate" ? "up to date" : "completed"
}

const rangeDocument = ({ from, to }: TimeRange): { readonly from: string; readonly to: string } => ({
  from: isoTime(from),
  to: isoTime(to),
})

/** The first few, since a plan of holes would fill the screen. */
const rangesText = (ranges: ReadonlyArray<TimeRange>): string => {
  const shown = ranges.slice(0, 3).map(({ from, to }) => `${isoTime(from)} to ${isoTime(to)}`)
  const more = ranges.length - shown.length
  return [...shown, ...(more > 0 ? [`${more} more (--json lists all)`] : [])].join(", ") || "nothing"
}

const reportDocument = (report: PopulateReport, refused: ReadonlyArray<RefusedTask>): object => ({
  rowsAdded: report.rowsAdded,
  failed: report.failed,
  outcomes: report.outcomes.map(({ error, wanted, missing, gone, unusable, doubtful, ...outcome }) => ({
    ...outcome,
    wanted: rangeDocument(wanted),
    missing: missing.map(rangeDocument),
    gone: gone.map(rangeDocument),
    unusable: unusable.map(rangeDocument),
    doubtful: doubtful.map(rangeDocument),
    ...(error === undefined ? {} : { error: errorLine(error) }),
  })),
  refused,
})
