import {
  answeredRanges,
  type BarPage,
  type BarStore,
  concatBars,
  type EpochMillis,
  type PutResult,
  type TimeRange,
} from "@barkeep/market-data"
import type { CallOptions } from "@barkeep/provider-kit"
import { entryOf } from "./entry-of.ts"
import type { TaskPlan } from "./plan.ts"
import { HistoryRestated } from "./restatement.ts"

/**
 * Fetches the whole entry anew, everything ever answered and what is wanted now, and replaces it in one step.
 * @throws {HistoryRestated} when the provider does not give every stored bar again; the entry is then as it was
 * @throws {ProviderError}
 */
export const refetchWhole = async (
  { task, wanted }: TaskPlan,
  factor: number,
  store: BarStore,
  options: CallOptions,
  mark: (page: BarPage) => ReadonlyArray<BarPage>,
): Promise<{ readonly result: PutResult; readonly pages: ReadonlyArray<BarPage> }> => {
  const { instrument, timeframe, provider } = task
  const stored = await store.read(instrument.symbol, timeframe)
  const range = hull([...answeredRanges(await store.coverage(instrument.symbol, timeframe)), wanted])
  const pages: Array<BarPage> = []
  for await (const page of provider.bars({ instrument, timeframe, range }, options)) pages.push(...mark(page))
  const lost = firstAbsent(stored.openTime, concatBars(pages.map((page) => page.bars)).openTime)
  if (lost !== undefined)
    throw new HistoryRestated({ provider: provider.id, symbol: instrument.symbol, timeframe, factor, lost })
  return { result: await store.replaceEntry({ entry: entryOf(task), pages }), pages }
}

const hull = (ranges: ReadonlyArray<TimeRange>): TimeRange => ({
  from: Math.min(...ranges.map((range) => range.from)),
  to: Math.max(...ranges.map((range) => range.to)),
})

/** The first of `times` that is not in `among`; both ascend. */
const firstAbsent = (times: Float64Array, among: Float64Array): EpochMillis | undefined => {
  let j = 0
  return times.find((time) => {
    while (j < among.length && (among[j] as number) < time) j += 1
    return among[j] !== time
  })
}
