import type { FillEvent, FillPlan, FillReport, GapResult } from "@barkeep/fill-gaps"
import { isoTime } from "@barkeep/market-data"
import { jsonDocument } from "./json-document.ts"
import type { Console } from "./console.ts"
import { makeProgress } from "./progress.ts"
import { withFlag } from "./reason-flags.ts"
import { type Column, formatCount, formatDuration, formatTable } from "./table.ts"

/** Every gap with what became of it, and the sums. */
export const showFillReport = async (
  report: FillReport,
  isJson: boolean,
  console: Console,
): Promise<void> => {
  if (isJson) return console.write(jsonDocument(report))
  if (report.results.length === 0) return console.write("No gap matches.\n")
  await console.write(resultTable(report.results))
  const parts = [
    `${formatCount(report.filled)} of ${formatCount(report.results.length)} gaps filled`,
    ...(report.partlyFilled === 0 ? [] : [`${formatCount(report.partlyFilled)} in part`]),
    `${formatCount(report.notFillable)} not`,
    `${formatCount(report.rowsAdded)} bars added`,
  ]
  await console.write(`${parts.join(", ")}\n`)
  for (const id of report.fillIds) await console.write(`undo with: barkeep fill-gaps --undo ${id}\n`)
  if (report.mayFillLater > 0)
    await console.write(
      `${formatCount(report.mayFillLater)} may be filled later: run the same command again, with --revalidate; what was answered is not asked again\n`,
    )
}

const resultTable = (results: ReadonlyArray<GapResult>): string => formatTable(resultColumns, results)

const resultColumns: ReadonlyArray<Column<GapResult>> = [
  { heading: "symbol", cell: ({ symbol }) => symbol },
  { heading: "timeframe", cell: ({ timeframe }) => timeframe },
  { heading: "gap from", cell: ({ gap }) => isoTime(gap.start) },
  { heading: "bars", align: "right", cell: ({ gap }) => formatCount(gap.missingBars) },
  { heading: "outcome", cell: (result) => outcomeText(result) },
  { heading: "why", cell: (result) => whyText(result) },
]

const outcomeText = ({ outcome }: GapResult): string => {
  switch (outcome._tag) {
    case "Filled":
      return "filled"
    case "PartlyFilled":
      return `${outcome.rows} filled, ${outcome.missing} not: ${outcome.reason}`
    case "NotFillable":
      return outcome.reason
  }
}

/** What the donor that gave rows said, or the one whose refusal is the outcome's reason. */
const whyText = ({ outcome, attempts }: GapResult): string => {
  const told = attempts.filter((attempt) =>
    outcome._tag === "Filled" ? attempt.rows > 0 : attempt.rows > 0 || attempt.reason === outcome.reason,
  )
  return told
    .map(({ donor, text, reason }) => `${donor === "" ? "" : `${donor}: `}${withFlag(text, reason)}`)
    .join("; ")
}

/** What a run would do and cost. */
export const showFillPlan = async (plan: FillPlan, isJson: boolean, console: Console): Promise<void> => {
  if (isJson) return console.write(jsonDocument(plan))
  for (const { symbol, timeframe, gap, rows } of plan.derived)
    await console.write(
      `${symbol} ${timeframe} ${isoTime(gap.start)}: ${rows} of ${gap.missingBars} bars from finer ones that are stored\n`,
    )
  if (plan.questions.length > 0)
    await console.write(
      formatTable(
        [
          { heading: "ask", cell: ({ donor }) => donor },
          { heading: "for", cell: ({ symbol, timeframe }) => `${symbol} ${timeframe}` },
          { heading: "from", cell: ({ range }) => isoTime(range.from) },
          { heading: "to", cell: ({ range }) => isoTime(range.to) },
          { heading: "gaps", align: "right", cell: ({ gaps }) => formatCount(gaps.length) },
          { heading: "calls", align: "right", cell: ({ calls }) => formatCount(calls.length) },
        ],
        plan.questions,
      ),
    )
  for (const { provider, calls, budget, cost, minimumMillis } of plan.totals)
    await console.write(
      `${provider}: ${formatCount(calls)} calls, ${formatCount(cost)} of ${budget}${minimumMillis > 0 ? `, at least ${formatDuration(minimumMillis)}` : ""}\n`,
    )
  if (plan.notFillable.length > 0) {
    await console.write(`${formatCount(plan.notFillable.length)} gaps that nobody would be asked about:\n`)
    await console.write(resultTable(plan.notFillable))
  }
  if (plan.derived.length + plan.questions.length + plan.notFillable.length === 0)
    await console.write("No gap matches.\n")
  else
    await console.write(
      "Nothing was asked or written. A donor that refuses costs the next one's calls, too.\n",
    )
}

/** Shows how filling gets on. `close` takes the line away. */
export const fillProgress = (
  console: Console,
  now: () => number,
): { readonly onEvent: (event: FillEvent) => void; readonly close: () => void } => {
  const progress = makeProgress(console, now)
  let rows = 0
  return {
    close: progress.close,
    onEvent: (event) => {
      if (event._tag === "EntryStarted")
        progress.update({
          share: undefined,
          count: rows,
          unit: "bars",
          subject: `${event.symbol} ${event.timeframe}, ${event.gaps} gaps`,
        })
      if (event._tag === "Answered")
        progress.update({
          share: undefined,
          count: rows,
          unit: "bars",
          subject: `${event.symbol} ${event.timeframe} from ${event.donor}`,
        })
      if (event._tag === "Committed") rows += event.rows
      if (event._tag === "DonorFailed") console.debug(`${event.donor}: ${event.error.message}`)
    },
  }
}
