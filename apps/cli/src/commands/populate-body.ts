import { InvalidInput } from "@barkeep/market-data"
import { planPopulate, populate as runPopulate, type PopulateEvent } from "@barkeep/populate"
import { type BarProvider, systemClock } from "@barkeep/provider-kit"
import { chooseTasks } from "../compose.ts"
import { withCache } from "../with-cache.ts"
import { showPlan, showReport } from "../populate-output.ts"
import { populateProgress } from "../populate-progress.ts"
import { withVendors } from "../vendor-desk.ts"
import { wantedEntries } from "../wanted-entries.ts"
import type { Body } from "../run-command.ts"
import type { PopulateFlags } from "./populate.ts"

/** What `barkeep populate` does. */
export const run: Body<PopulateFlags> = async (input, context) =>
  withCache(input, ({ configuration, cache }) => {
    const now = systemClock.now()
    return withVendors(configuration, context.console, now, async ({ providers, audit }) => {
      checkProvider(input.provider, providers)
      const wanted = await wantedEntries(input, cache, configuration, now)
      const { tasks, refused } = chooseTasks(wanted, providers, now, input.provider)
      const { signal, console } = context
      if (input.plan)
        return showPlan(await planPopulate({ store: cache, tasks, signal }), refused, input.json, console)
      const progress = populateProgress(console, systemClock.now)
      const onEvent = (event: PopulateEvent): void => {
        audit.download(event, systemClock.now())
        if (!input.json) progress.onEvent(event)
      }
      const report = await runPopulate({ store: cache, tasks, onEvent, signal }).catch((error: unknown) => {
        if (signal.aborted) console.note(progress.soFar())
        throw error
      })
      return showReport(report, refused, systemClock.now() - now, input.json, console)
    })
  })

const checkProvider = (name: string | undefined, providers: ReadonlyArray<BarProvider>): void => {
  if (name !== undefined && !providers.some(({ id }) => id === name))
    throw new InvalidInput({
      field: "--provider",
      value: name,
      expected: `one of ${providers.map(({ id }) => id).join(", ")}`,
    })
}
