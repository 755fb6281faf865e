import type { EntryDescription, Timeframe } from "@barkeep/market-data"
import { fitsEntry, type PopulateTask, resampled } from "@barkeep/populate"
import type { BarProvider } from "@barkeep/provider-kit"
import { type ProviderChoice, providerOrder, type TickerOverrides } from "@barkeep/ticker-classifier"
import { basisText } from "./basis-text.ts"
import type { WantedEntry } from "./wanted-entries.ts"

/** A symbol and timeframe that no provider gives, with the reasons and what would help. */
export interface RefusedTask {
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly reasons: ReadonlyArray<{
    readonly provider: string
    readonly reason: string
    readonly help: string
  }>
}

export interface ChosenTasks {
  readonly tasks: ReadonlyArray<PopulateTask>
  readonly refused: ReadonlyArray<RefusedTask>
}

/**
 * A task for each wanted entry, with the providers that suit it, best first: those whose bars may stand beside what is
 * stored already.
 */
export const chooseTasks = (
  wanted: ReadonlyArray<WantedEntry>,
  providers: ReadonlyArray<BarProvider>,
  now: number,
  { only, overrides }: { readonly only?: string | undefined; readonly overrides?: TickerOverrides } = {},
): ChosenTasks => {
  const tasks: Array<PopulateTask> = []
  const refused: Array<RefusedTask> = []
  for (const { instrument, timeframe, range, stored } of wanted) {
    const order = providerOrder(
      instrument,
      timeframe,
      providers.map(({ capabilities }) => capabilities),
      {
        wanted: { range, now },
        ...(stored?.anchor === undefined ? {} : { anchor: stored.anchor }),
        ...(only === undefined ? {} : { provider: only }),
        ...(overrides === undefined ? {} : { overrides }),
      },
    )
    const candidates = order.ordered.flatMap((choice) => providerOf(choice, providers, timeframe))
    const [provider, ...fallbacks] = candidates.filter((candidate) => fitsEntry(stored, candidate))
    if (provider !== undefined) tasks.push({ instrument, timeframe, range, provider, fallbacks })
    else
      refused.push({
        symbol: instrument.symbol,
        timeframe,
        reasons: [...candidates.map((candidate) => misfit(stored, candidate)), ...order.refused],
      })
  }
  return { tasks, refused }
}

const misfit = (stored: EntryDescription | undefined, { id, capabilities }: BarProvider) => ({
  provider: id,
  reason: `its prices are ${basisText(capabilities.adjustment)}, the stored ones ${basisText(stored?.adjustment)}`,
  help:
    stored?.adjustment === "unknown"
      ? "barkeep migrate --adjustment states it when files of another program are taken over; or populate into another cache"
      : "populate it into another cache, or remove the stored entry first",
})

const providerOf = (
  choice: ProviderChoice,
  providers: ReadonlyArray<BarProvider>,
  timeframe: Timeframe,
): ReadonlyArray<BarProvider> =>
  providers
    .filter(({ id }) => id === choice.provider)
    .map((provider) =>
      choice.via === "direct" ? provider : resampled(provider, timeframe, choice.via.resampledFrom),
    )
