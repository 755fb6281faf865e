import { type BarPage, type Bars, concatBars } from "@barkeep/market-data"
import { type BarRequest, ProviderError, type ProviderFailure, unlimited } from "@barkeep/provider-kit"
import { createVirtualClock } from "@barkeep/provider-kit/testing"
import { createYahooFinance, type DroppedRow, type YahooFinanceOptions } from "../src/index.ts"
import { type Reply, startReplay } from "./replay-server.ts"

export interface Asked {
  readonly pages: ReadonlyArray<BarPage>
  readonly bars: Bars
  readonly dropped: ReadonlyArray<DroppedRow>
  /** Why the question failed, if it did. */
  readonly reason: ProviderFailure | undefined
  readonly error: ProviderError | undefined
  readonly urls: ReadonlyArray<URL>
}

/** Asks a Yahoo that answers so, at an instant. */
export const ask = async (
  request: BarRequest,
  now: number,
  reply: Reply | ((index: number, url: URL) => Reply),
  options: YahooFinanceOptions = {},
): Promise<Asked> => {
  const clock = createVirtualClock(now)
  await using server = await startReplay(clock.now, typeof reply === "function" ? reply : () => reply)
  const pages: Array<BarPage> = []
  const dropped: Array<DroppedRow> = []
  let error: ProviderError | undefined
  const yahoo = createYahooFinance({
    baseUrl: server.baseUrl,
    clock,
    limiter: unlimited,
    pace: { calls: 1000, perMillis: 1000 },
    backoffMillis: 1,
    onDroppedRows: ({ rows }) => dropped.push(...rows),
    ...options,
  })
  try {
    for await (const page of yahoo.bars(request)) pages.push(page)
  } catch (failure) {
    if (!(failure instanceof ProviderError)) throw failure
    error = failure
  }
  return {
    pages,
    bars: concatBars(pages.map((page) => page.bars)),
    dropped,
    reason: error?.reason,
    error,
    urls: server.requests.map(({ url }) => url),
  }
}
