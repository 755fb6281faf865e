import type { EntryDescription } from "@barkeep/market-data"
import type { PopulateTask } from "./populate-task.ts"

/** What the rows of a task's provider make of the entry. */
export const entryOf = ({ instrument, timeframe, provider }: PopulateTask): EntryDescription => {
  const { adjustment, anchor } = provider.capabilities
  return { instrument, timeframe, adjustment, ...(anchor === undefined ? {} : { anchor }) }
}
