import { InvalidInput } from "@barkeep/market-data"
import { planPopulate, populate as runPopulate } from "@barkeep/populate"
import { type BarProvider, systemClock } from "@barkeep/provider-kit"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { chooseTasks, makeProviders, withCache } from "../compose.ts"
import { common, endDate, intervals, startDate, symbols } from "../flags.ts"
import { pauseNotes } from "../pause-notes.ts"
import { showPlan, showReport } from "../populate-output.ts"
import { populateProgress } from "../progress.ts"
import { handler } from "../run-command.ts"
import { type WantedFlags, wantedEntries } from "../wanted-entries.ts"

const flags = {
  ...common,
  symbols: symbols.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  intervals: intervals.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  startDate: startDate.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  endDate,
  provider: Flag.String("provider").pipe(
    Flag.withDescription("Ask only this provider"),
    Flag.withMetavar("NAME"),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  ),
  plan: Flag.Boolean("plan").pipe(
    Flag.withDescription("Print what would be asked and what it costs; write nothing"),
    Flag.withDefault(false),
  ),
}

interface PopulateFlags extends WantedFlags {
  readonly cacheDir: string | undefined
  readonly json: boolean
  readonly provider: string | undefined
  readonly plan: boolean
}

export const populate = Command.make(
  "populate",
  flags,
  handler(async (input: PopulateFlags, context) =>
    withCache(input, async ({ configuration, cache }) => {
      const now = systemClock.now()
      const wanted = await wantedEntries(input, cache, configuration, now)
      const providers = makeProviders(configuration, pauseNotes(context.console))
      checkProvider(input.provider, providers)
      const chosen = chooseTasks(wanted, providers, now, input.provider)
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
    }),
  ),
).pipe(
  Command.withDescription("Download what the cache is missing. Resumable; a second run asks for nothing."),
  Command.withExamples([
    {
      command:
        "barkeep populate --symbols BTCUSDT,ETHUSDT --intervals 1h,1d --start-date 2023-01-01 --end-date 2023-12-31",
      description: "A year of two pairs",
    },
    { command: "barkeep populate", description: "Bring everything in the cache up to date" },
    {
      command: "barkeep populate --symbols BTCUSDT --intervals 1m --plan",
      description: "What would that cost?",
    },
  ]),
)

const checkProvider = (name: string | undefined, providers: ReadonlyArray<BarProvider>): void => {
  if (name !== undefined && !providers.some(({ id }) => id === name))
    throw new InvalidInput({
      field: "--provider",
      value: name,
      expected: `one of ${providers.map(({ id }) => id).join(", ")}`,
    })
}
