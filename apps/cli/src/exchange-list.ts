import { createHash } from "node:crypto"
import { join } from "node:path"
import { type EpochMillis, isoTime } from "@barkeep/market-data"
import type { PlannedLookup } from "@barkeep/populate"
import { type BinanceClient, createBinance } from "@barkeep/provider-binance"
import { ProviderError } from "@barkeep/provider-kit"
import type { ExchangeSymbol } from "@barkeep/ticker-classifier"
import type { Configuration } from "./configuration.ts"
import type { Console } from "./console.ts"
import { type ExchangeList, readExchangeList, writeExchangeList } from "./exchange-list-file.ts"
import { accountOptions, type SharedOptions } from "./providers.ts"
import { errorLine } from "./run-command.ts"

/** The list that texts are read with, and what it took. */
export interface ExchangeLookup {
  readonly symbols: ReadonlyMap<string, ExchangeSymbol> | undefined
  /** The call for it; none when the kept list is young enough. */
  readonly lookups: ReadonlyArray<NamedLookup>
}

/** A call that some symbols need before anything can be planned for them. */
export interface NamedLookup extends PlannedLookup {
  readonly names: ReadonlyArray<string>
}

/** What looking up needs of a command. */
export interface ExchangeDesk {
  readonly configuration: Configuration
  readonly shared: SharedOptions
  readonly console: Console
  readonly now: EpochMillis
  readonly signal: AbortSignal
}

/** Pairs are added every week, hardly ever taken away; a day keeps a run from asking twice. */
const freshMillis = 86_400_000

/**
 * Binance's own list of pairs, for texts that nothing else settles (`needsExchangeList`): the kept one of the last day,
 * else asked for within the limits, at most once. Where Binance cannot be asked an older list does, and without any the
 * rules alone decide; standard error says so.
 * @param names the texts that need it
 * @param isKept whether an asked list is kept for later runs
 */
export const lookUpExchangeList = async (
  names: ReadonlyArray<string>,
  { configuration, shared, console, now, signal }: ExchangeDesk,
  isKept: boolean,
): Promise<ExchangeLookup> => {
  const path = listPath(configuration)
  const kept = readExchangeList(path)
  if (kept !== undefined && Math.abs(now - kept.fetchedAt) < freshMillis)
    return { symbols: kept.symbols, lookups: [] }
  const binance = createBinance(accountOptions.binance(shared, configuration.binanceUrl))
  const lookups = [{ provider: binance, call: binance.exchangeInfoCall, names }]
  try {
    const list = { fetchedAt: now, symbols: bySymbol(await binance.exchangeInfo(undefined, { signal })) }
    if (isKept) writeExchangeList(path, list)
    return { symbols: list.symbols, lookups }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    console.note(
      `barkeep: Binance's list of pairs cannot be had: ${errorLine(error)}. ${names.join(", ")} ${instead(kept, names)}`,
    )
    return { symbols: kept?.symbols, lookups }
  }
}

const instead = (kept: ExchangeList | undefined, { length }: ReadonlyArray<string>): string =>
  kept === undefined
    ? `${length === 1 ? "is" : "are"} read by the rules alone, which is a guess; an override (--overrides) says what ${length === 1 ? "it is" : "they are"}`
    : `${length === 1 ? "is" : "are"} read with the list of ${isoTime(kept.fetchedAt)}`

const bySymbol = (
  pairs: Awaited<ReturnType<BinanceClient["exchangeInfo"]>>,
): ReadonlyMap<string, ExchangeSymbol> =>
  new Map(pairs.map(({ symbol, base, quote, status }) => [symbol, { base, quote, status }]))

/** One file for Binance, and one for each address that stands in for it: a simulator lists other pairs. */
const listPath = ({ stateDir, binanceUrl }: Configuration): string => {
  const place =
    binanceUrl === undefined ? "" : `-${createHash("sha256").update(binanceUrl).digest("hex").slice(0, 8)}`
  return join(stateDir, `binance-symbols${place}.json`)
}
