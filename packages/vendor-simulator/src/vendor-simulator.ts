import { type EpochMillis, InvalidInput } from "@barkeep/market-data"
import { alphaVantageSite } from "./alpha-vantage/alpha-vantage-site.ts"
import { countCallsByKey, type KeyCalls } from "./alpha-vantage/count-calls.ts"
import { type AlphaVantagePlans, checkPlans } from "./alpha-vantage/plans.ts"
import { binanceSite } from "./binance/binance-site.ts"
import { createWeightLimiter, type WeightLimits } from "./binance/weight-limiter.ts"
import { binanceArchiveSite } from "./binance-archive/archive-site.ts"
import { type Clock, clockStartingAt, systemClock } from "./clock.ts"
import { createCoinMarket } from "./coingecko/coin-market.ts"
import { type CoingeckoManners, coingeckoSite } from "./coingecko/coingecko-site.ts"
import { createFaultPlan, type FaultRuleState } from "./fault-plan.ts"
import type { FaultRule } from "./faults.ts"
import type { Halt } from "./market/halts.ts"
import { defaultListings, type Listing } from "./market/listing.ts"
import { createMarket } from "./market/market.ts"
import { type Recording, type RecordingSummary, summarizeRecording } from "./market/read-recording.ts"
import { parseFaultRules } from "./parse-fault-rules.ts"
import {
  countRequests,
  type Counters,
  type LoggedRequest,
  maxRequestsInAnyWindow,
  maxWeightInAnyWindow,
} from "./request-log.ts"
import { listenOnLoopback } from "./server.ts"
import type { SessionEvent } from "./session-market/corporate-actions.ts"
import { defaultSessionListings } from "./session-market/default-session-listings.ts"
import { readRecordings, sortHalts } from "./session-market/read-recordings.ts"
import type { SessionListing } from "./session-market/session-listing.ts"
import { createSessionMarket } from "./session-market/session-market.ts"
import { type YahooManners, yahooPath, yahooSite } from "./yahoo/yahoo-site.ts"

export interface VendorSimulatorOptions {
  /** Decides the invented market and which requests random faults hit. @default 1 */
  readonly seed?: number
  /** 127.0.0.1 is fixed. @default 0, any free port */
  readonly port?: number
  /** The instant the simulator's clock starts from; it then runs as fast as the real one. @default the real time */
  readonly now?: EpochMillis
  /** The simulator's clock, instead of `now`: one that a test moves, or shares with the client. */
  readonly clock?: Clock
  /** The invented pairs, instead of `defaultListings`. */
  readonly listings?: ReadonlyArray<Listing>
  /** What trades in sessions (and coins that are quoted like shares), instead of `defaultSessionListings`. */
  readonly sessionListings?: ReadonlyArray<SessionListing>
  /** Splits and dividends besides those of the listings; Yahoo restates history once the clock has passed a split. */
  readonly events?: ReadonlyArray<SessionEvent>
  /** Recorded bars to serve instead of invented ones for their symbols. */
  readonly data?: ReadonlyArray<Recording>
  /** Stops of trading; `*` stops all pairs. */
  readonly halts?: ReadonlyArray<Halt>
  readonly faults?: ReadonlyArray<FaultRule>
  /** Binance's limits. */
  readonly limits?: WeightLimits
  /** Alpha Vantage's keys and their limits. */
  readonly alphaVantage?: AlphaVantagePlans
  readonly yahoo?: YahooManners
  readonly coingecko?: CoingeckoManners
}

/** The environment variables that point Barkeep at the simulator. */
export interface SimulatorUrls {
  readonly BARKEEP_BINANCE_URL: string
  readonly BARKEEP_BINANCE_ARCHIVE_URL: string
  readonly BARKEEP_ALPHA_VANTAGE_URL: string
  readonly BARKEEP_YAHOO_URL: string
  readonly BARKEEP_COINGECKO_URL: string
}

export interface VendorSimulator extends AsyncDisposable {
  readonly urls: SimulatorUrls
  readonly clock: Clock
  /** Every request to a vendor so far, in order of arrival; grows while the simulator runs. */
  readonly log: ReadonlyArray<LoggedRequest>
  /** The recordings being served, and what was done to them. */
  readonly recordings: ReadonlyArray<RecordingSummary>
  readonly counters: () => Counters
  /** The highest weight that any half-open window of so many milliseconds has seen. */
  readonly maxWeightInAnyWindow: (millis: number) => number
  /** The most requests to one vendor that any half-open window of so many milliseconds has seen. */
  readonly maxRequestsInAnyWindow: (vendor: string, millis: number) => number
  /** The calls to Alpha Vantage by key: how many were sent and served, on each date and in any 24 hours. */
  readonly alphaVantageCalls: () => { readonly [key: string]: KeyCalls }
  /** Forgets the log, not the limits and bans. */
  readonly clearLog: () => void
  /**
   * Replaces all fault rules; their counting starts anew.
   * @throws {InvalidInput} when a rule is not usable; the old ones stay
   */
  readonly setFaults: (rules: ReadonlyArray<FaultRule>) => void
  /** The fault rules, how many requests matched each and how often it fired. */
  readonly faults: () => ReadonlyArray<FaultRuleState>
  /** Cuts open connections and frees the port. */
  readonly close: () => Promise<void>
}

/**
 * Starts a server on 127.0.0.1 that answers as the vendors do.
 * @throws {InvalidInput} when an option is not usable
 * @throws {UnusableRecording} when a recording cannot be read or cannot be served as it is
 * @throws {ListenFailed} when the port is taken
 */
export const startVendorSimulator = async (
  options: VendorSimulatorOptions = {},
): Promise<VendorSimulator> => {
  checkOptions(options)
  const { seed = 1, listings = defaultListings, halts = [] } = options
  const clock = options.clock ?? (options.now === undefined ? systemClock : clockStartingAt(options.now))
  let faultPlan = createFaultPlan(parseFaultRules(options.faults ?? []), seed)
  const sessionListings = options.sessionListings ?? defaultSessionListings
  const recordings = await readRecordings(options.data ?? [], sessionListings, listings)
  const { pairHalts, sessionHalts } = sortHalts(halts, sessionListings, recordings)
  const market = createMarket({ seed, listings, recordings: recordings.ofPairs, halts: pairHalts })
  const sessionMarket = createSessionMarket({
    seed,
    listings: sessionListings,
    recordings: recordings.ofSessions,
    events: options.events ?? [],
    halts: sessionHalts,
    pairs: market,
  })
  const limiter = createWeightLimiter(options.limits)
  const log: Array<LoggedRequest> = []
  const setFaults = (rules: ReadonlyArray<FaultRule>): void => {
    faultPlan = createFaultPlan(parseFaultRules(rules), seed)
  }
  const sites = [
    binanceSite({ market, limiter, faultPlan: () => faultPlan }),
    binanceArchiveSite({ market, faultPlan: () => faultPlan }),
    alphaVantageSite({
      market: sessionMarket,
      plans: options.alphaVantage ?? {},
      faultPlan: () => faultPlan,
    }),
    yahooSite({
      market: sessionMarket,
      faultPlan: () => faultPlan,
      seed,
      ...(options.yahoo && { manners: options.yahoo }),
    }),
    coingeckoSite({
      market: createCoinMarket(market),
      faultPlan: () => faultPlan,
      ...(options.coingecko && { manners: options.coingecko }),
    }),
  ]
  const server = await listenOnLoopback(
    { clock, sites, log, faultPlan: () => faultPlan, setFaults },
    options.port ?? 0,
  )
  const address = `http://127.0.0.1:${server.port}`
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= server.close())
  return {
    urls: {
      BARKEEP_BINANCE_URL: address,
      BARKEEP_BINANCE_ARCHIVE_URL: address,
      BARKEEP_ALPHA_VANTAGE_URL: address,
      BARKEEP_YAHOO_URL: `${address}${yahooPath}`,
      BARKEEP_COINGECKO_URL: `${address}/coingecko`,
    },
    clock,
    log,
    recordings: recordings.all.map(summarizeRecording),
    counters: () => countRequests(log),
    maxWeightInAnyWindow: (millis) => maxWeightInAnyWindow(log, millis),
    maxRequestsInAnyWindow: (vendor, millis) => maxRequestsInAnyWindow(log, vendor, millis),
    alphaVantageCalls: () => countCallsByKey(log),
    clearLog: () => {
      log.length = 0
    },
    setFaults,
    faults: () => faultPlan.states(),
    close,
    [Symbol.asyncDispose]: close,
  }
}

const checkOptions = ({
  seed = 1,
  port = 0,
  now,
  clock,
  limits = {},
  alphaVantage = {},
}: VendorSimulatorOptions): void => {
  checkPlans(alphaVantage)
  if (!Number.isSafeInteger(seed))
    throw new InvalidInput({ field: "seed", value: seed, expected: "an integer" })
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidInput({ field: "port", value: port, expected: "a whole number from 0 to 65535" })
  if (now !== undefined && !Number.isSafeInteger(now))
    throw new InvalidInput({ field: "now", value: now, expected: "epoch milliseconds" })
  if (now !== undefined && clock !== undefined)
    throw new InvalidInput({
      field: "now",
      value: now,
      expected: "allowed together with clock; give one of them",
    })
  const { weightPerMinute = 1, ignoredBeforeBan = 0, window = "sliding" } = limits
  if (!Number.isSafeInteger(weightPerMinute) || weightPerMinute < 1)
    throw new InvalidInput({
      field: "limits.weightPerMinute",
      value: weightPerMinute,
      expected: "a whole number from 1",
    })
  if (!Number.isSafeInteger(ignoredBeforeBan) || ignoredBeforeBan < 0)
    throw new InvalidInput({
      field: "limits.ignoredBeforeBan",
      value: ignoredBeforeBan,
      expected: "a whole number from 0",
    })
  if (window !== "sliding" && window !== "aligned")
    throw new InvalidInput({ field: "limits.window", value: window, expected: "sliding or aligned" })
}
