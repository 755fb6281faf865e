import type { Bars, EpochMillis, Instrument, Timeframe, TimeRange } from "@barkeep/market-data"
import type { BarProvider, BarRequest } from "../bar-provider.ts"
import type { FetchFunction } from "../exchange.ts"
import { abortCases } from "./abort-cases.ts"
import { pageCases } from "./page-cases.ts"
import { presentCases } from "./present-cases.ts"
import { refusalCases } from "./refusal-cases.ts"

/** A running vendor (a simulator, a replay, the real one) and questions whose answers are known. */
export interface ConformanceSetup {
  /**
   * A new provider that asks the prepared vendor through this `fetch`. Give it a short backoff: some cases make
   * every call fail.
   */
  readonly makeProvider: (options: { readonly fetch: FetchFunction }) => BarProvider
  readonly instrument: Instrument
  readonly timeframe: Timeframe
  /** Has bars, is long settled; more than one call long where the vendor has pages. */
  readonly range: TimeRange
  /** The true bars of `range`. Without them lost and invented bars go unnoticed. */
  readonly expectedBars?: Bars
  /** The vendor knows the instrument but has no bar here: before its listing, a halt. */
  readonly emptyRange?: TimeRange
  readonly unknownInstrument: Instrument
  /** Absent when the vendor offers every timeframe. */
  readonly unsupportedTimeframe?: Timeframe
  /** The vendor's own clock; absent for a replay, whose present nobody knows. */
  readonly now?: () => EpochMillis
  /** A range that starts before the vendor's present and ends after it. */
  readonly presentRange?: TimeRange
  /** The planned endpoint that a request belongs to, `undefined` for one that no plan counts. @default its path */
  readonly endpointOf?: (url: URL) => string | undefined
  /** Keys that must show nowhere. */
  readonly secrets?: ReadonlyArray<string>
}

/** One promise of `BarProvider`. `run` rejects with an AssertionError when it is broken. */
export interface ConformanceCase {
  readonly name: string
  readonly run: () => Promise<void>
}

/**
 * The promises of `BarProvider` as test cases for any framework. A case whose question is missing in the setup is
 * left out.
 * @example
 * for (const { name, run } of barProviderConformance(setup)) test(name, run)
 */
export const barProviderConformance = (setup: ConformanceSetup): ReadonlyArray<ConformanceCase> => {
  const request: BarRequest = { instrument: setup.instrument, timeframe: setup.timeframe, range: setup.range }
  return [
    ...pageCases(setup, request),
    ...presentCases(setup, request),
    ...refusalCases(setup, request),
    ...abortCases(setup, request),
  ]
}
