import { InvalidInput } from "@barkeep/market-data"
import { planPopulate, populate as runPopulate, type PopulateEvent, totalsOf } from "@barkeep/populate"
import { chooseTasks } from "../compose.ts"
import { lookUpExchangeList, type NamedLookup } from "../exchange-list.ts"
import { withCache } from "../with-cache.ts"
import { showPlan, showReport } from "../populate-output.ts"
import { populateProgress } from "../populate-progress.ts"
import { providerIds } from "../providers.ts"
import { readOverrides } from "../read-overrides.ts"
import { resumeCommand } from "../resume-command.ts"
import { withVendors } from "../vendor-desk.ts"
import { wantedEntries } from "../wanted-entries.ts"
import type { Body } from "../run-command.ts"
import type { PopulateFlags } from "./populate.ts"

/** What `barkeep populate` does. */
export const run: Body<PopulateFlags> = async (input, context) =>
  withCache(input, context, ({ configuration, cache }) => {
    const now = context.now()
    return withVendors(configuration, context.console, now, async ({ providers, audit, shared }) => {
      checkProvider(input.provider)
      const overrides = readOverrides(configuration, providerIds)
      let lookups: ReadonlyArray<NamedLookup> = []
      const wanted = await wantedEntries(input, cache, configuration, {
        now,
        overrides,
        exchangeSymbols: async (names) => {
          // Who wants another vendor asked only does not mean Binance's pairs.
          if ((input.provider ?? "binance") !== "binance") return undefined
          const desk = { ...context, configuration, shared, now }
          const lookup = await lookUpExchangeList(names, desk, !input.plan)
          lookups = lookup.lookups
          return lookup.symbols
        },
      })
      const { tasks, refused } = chooseTasks(wanted, providers, now, { only: input.provider, overrides })
      const { signal, console } = context
      if (input.plan) {
        const plan = await planPopulate({ store: cache, tasks, signal })
        const totals = totalsOf(plan.tasks, lookups)
        return showPlan({ ...plan, totals, lookups }, refused, input.json, console)
      }
      const progress = populateProgress(console, context.now, tasks)
      const onEvent = (event: PopulateEvent): void => {
        audit.download(event, context.now())
        if (!input.json) progress.onEvent(event)
      }
      const report = await runPopulate({ store: cache, tasks, onEvent, signal }).catch((error: unknown) => {
        if (signal.aborted) console.note(progress.soFar())
        throw error
      })
      const resume = resumeCommand(input, report)
      return showReport(report, refused, context.now() - now, { json: input.json, resume }, console)
    })
  })

/** One that is not set up passes: the refusal of each task then says what is missing. */
const checkProvider = (name: string | undefined): void => {
  if (name !== undefined && !providerIds.includes(name))
    throw new InvalidInput({
      field: "--provider",
      value: name,
      expected: `one of ${providerIds.join(", ")}`,
    })
}
