import { spanIndexAt } from "@barkeep/market-data"
import type { FillStore } from "./fill-store.ts"
import type { FilledEntry } from "./gap-task.ts"
import type { SelectedEntry } from "./select-gaps.ts"

/** The entry as it is stored, with the anchor that its report has concluded where the files do not say. */
export const describeEntry = async (
  store: FillStore,
  { symbol, timeframe, anchor }: Pick<SelectedEntry["report"], "symbol" | "timeframe" | "anchor">,
): Promise<FilledEntry | undefined> => {
  const stored = await store.describe(symbol, timeframe)
  if (stored === undefined) return undefined
  const spans = await store.provenance(symbol, timeframe)
  const known = stored.anchor ?? anchor
  return {
    instrument: stored.instrument,
    timeframe,
    adjustment: stored.adjustment,
    ...(known === undefined ? {} : { anchor: known }),
    sourceAt: (time) => {
      const at = spanIndexAt(spans, time - 1)
      const span =
        spans[at] ?? spans.find(({ from }) => from > time) ?? spans.findLast(({ to }) => to <= time)
      return span === undefined
        ? undefined
        : { provider: span.provider, isArchive: span.method === "archive" }
    },
  }
}
