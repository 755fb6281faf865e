import { InvalidInput } from "@barkeep/market-data"
import { planPopulate, populate as runPopulate } from "@barkeep/populate"
import { systemClock } from "@barkeep/provider-kit"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { chooseTasks, makeProviders, withCache } from "../compose.ts"
import { parseDateSpan } from "../dates.ts"
import { common, endDate, intervals, parseTimeframes, splitList, startDate, symbols } from "../flags.ts"
import { pauseNotes } from "../pause-notes.ts"
import { showPlan, showReport } from "../populate-output.ts"
import { populateProgress } from "../progress.ts"
import { handler } from "../run-command.ts"

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
      const providers = makeProviders(configuration, pauseNotes(context.console))
      const chosen = chooseTasks(names, timeframes, span, providers, systemClock.now())
      const { tasks } = chosen
      if (input.plan) {
        const plan = await planPopulate({ store: cache, tasks, signal: context.signal })
        return showPlan(plan, chosen.refused, input.json, context.console)
      }
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
      return showReport(report, chosen.refused, systemClock.now() - started, input.json, context.console)
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
