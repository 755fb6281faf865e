import { InvalidInput } from "@barkeep/market-data"
import { planPopulate, populate as runPopulate, type PopulateEvent } from "@barkeep/populate"
import { type BarProvider, systemClock } from "@barkeep/provider-kit"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { chooseTasks, withCache } from "../compose.ts"
import { common, endDate, intervals, startDate, symbols } from "../flags.ts"
import { showPlan, showReport } from "../populate-output.ts"
import { populateProgress } from "../progress.ts"
import { handler } from "../run-command.ts"
import { withVendors } from "../vendor-desk.ts"
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
    withCache(input, ({ configuration, cache }) => {
      const now = systemClock.now()
      return withVendors(configuration, context.console, now, async ({ providers, audit }) => {
        checkProvider(input.provider, providers)
        const wanted = await wantedEntries(input, cache, configuration, now)
        const { tasks, refused } = chooseTasks(wanted, providers, now, input.provider)
        const { signal, console } = context
        if (input.plan)
          return showPlan(await planPopulate({ store: cache, tasks, signal }), refused, input.json, console)
        const progress = input.json ? () => {} : populateProgress(console, systemClock.now)
        const onEvent = (event: PopulateEvent): void => {
          audit.download(event, systemClock.now())
          progress(event)
        }
        const report = await runPopulate({ store: cache, tasks, onEvent, signal }).catch((error: unknown) => {
          if (signal.aborted)
            console.note("Interrupted. What was fetched is stored; the same command continues from there.")
          throw error
        })
        return showReport(report, refused, systemClock.now() - now, input.json, console)
      })
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
