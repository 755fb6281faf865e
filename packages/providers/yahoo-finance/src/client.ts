import type { BarProvider, CallOptions } from "@barkeep/provider-kit"
import { runPromise, toBarProvider } from "@barkeep/provider-kit/effect"
import type { CorporateEvents, EventsRequest } from "./corporate-events.ts"
import type { YahooFinanceOptions } from "./options.ts"
import { makeYahooFinance } from "./yahoo-finance-provider.ts"

/** Yahoo Finance: bars, and the events by which it restates them. */
export interface YahooFinanceClient extends BarProvider {
  /**
   * Splits, dividends and capital gains that take effect in the half-open range, in one call. Prices that were fetched
   * before a split took effect are on another basis than those fetched after it.
   * @throws {ProviderError}
   */
  readonly events: (request: EventsRequest, options?: CallOptions) => Promise<CorporateEvents>
}

/**
 * A client of Yahoo Finance's charts; no key is needed. `plan` and `bars` go as far back as Yahoo reaches: intraday
 * history beyond that is not in them, and a range that lies wholly beyond it fails with `OutsideHistory`. One client
 * holds one limiter.
 * @throws {InvalidInput} for an unusable base URL, session, pace or concurrency
 * @example
 * const yahoo = createYahooFinance()
 * for await (const page of yahoo.bars({ instrument, timeframe: "1d", range })) use(page.bars)
 */
export const createYahooFinance = (options?: YahooFinanceOptions): YahooFinanceClient => {
  const yahoo = makeYahooFinance(options)
  return {
    ...toBarProvider(yahoo),
    events: (request, callOptions) => runPromise(yahoo.events(request), callOptions),
  }
}
