import type { EpochMillis } from "@barkeep/market-data"
import type { SessionMarket, SessionSymbol } from "../session-market/session-market.ts"
import { newYork, offsetText } from "./wall-clock.ts"

/** A listing as Alpha Vantage shows it. */
export interface Stock {
  /** Its own spelling: `VOD.LON`. */
  readonly vendorSymbol: string
  readonly symbol: SessionSymbol
  /** Only what trades by New York's clock has intraday bars. */
  readonly hasIntraday: boolean
}

/** What a search says about a listing, in the order of its columns. */
export type SearchMatch = readonly [
  symbol: string,
  name: string,
  type: string,
  region: string,
  marketOpen: string,
  marketClose: string,
  timezone: string,
  currency: string,
  matchScore: string,
]

interface Venue {
  /** Of the market's symbols, as the market spells them and as Alpha Vantage does. */
  readonly suffix?: readonly [ours: string, vendors: string]
  readonly region: string
  readonly hours: readonly [open: string, close: string]
}

const unitedStates: Venue = { region: "United States", hours: ["09:30", "16:00"] }

/** @see https://www.alphavantage.co/documentation/#daily */
const venues: { readonly [market: string]: Venue } = {
  XNYS: unitedStates,
  XNAS: unitedStates,
  XLON: { suffix: ["L", "LON"], region: "United Kingdom", hours: ["08:00", "16:30"] },
  XETR: { suffix: ["DE", "DEX"], region: "XETRA", hours: ["08:00", "20:00"] },
  XTSE: { suffix: ["TO", "TRT"], region: "Toronto", hours: ["09:30", "16:00"] },
}

const typeNames: { readonly [kind: string]: string } = { stock: "Equity", etf: "ETF", fund: "Mutual Fund" }

export interface Stocks {
  /** By Alpha Vantage's spelling, in capital letters or not; `undefined` before its first session too. */
  readonly find: (vendorSymbol: string, now: EpochMillis) => Stock | undefined
  /** Best match first. */
  readonly search: (keywords: string, now: EpochMillis) => ReadonlyArray<SearchMatch>
}

/** The shares and funds of a market that Alpha Vantage covers. */
export const createStocks = (market: SessionMarket): Stocks => {
  const stocks = new Map<string, Stock>()
  for (const symbol of market.values()) {
    const vendorSymbol = toVendorSymbol(symbol)
    if (vendorSymbol === undefined) continue
    const hasIntraday = symbol.days.timeZone === newYork && symbol.listing.kind !== "fund"
    stocks.set(vendorSymbol, { vendorSymbol, symbol, hasIntraday })
  }
  const isListed = ({ symbol }: Stock, now: EpochMillis): boolean => symbol.series.begins <= now
  return {
    find: (vendorSymbol, now) => {
      const stock = stocks.get(vendorSymbol.toUpperCase())
      return stock !== undefined && isListed(stock, now) ? stock : undefined
    },
    search: (keywords, now) =>
      [...stocks.values()]
        .filter((stock) => isListed(stock, now))
        .map((stock) => ({ stock, score: scoreOf(stock, keywords.trim().toUpperCase()) }))
        .filter(({ score }) => score > 0)
        .toSorted((a, b) => b.score - a.score)
        .slice(0, 10)
        .map(({ stock, score }) => searchMatch(stock, score, now)),
  }
}

const toVendorSymbol = ({ listing: { symbol, kind, market } }: SessionSymbol): string | undefined => {
  const venue = venues[market]
  if (venue === undefined || typeNames[kind] === undefined) return undefined
  if (venue.suffix === undefined) return /^[A-Z0-9-]+$/.test(symbol) ? symbol : undefined
  const [ours, vendors] = venue.suffix
  return symbol.endsWith(`.${ours}`) ? `${symbol.slice(0, -ours.length)}${vendors}` : undefined
}

/** 1 for the very symbol, less the less of the symbol or the name was asked for; invented. */
const scoreOf = ({ vendorSymbol, symbol }: Stock, keywords: string): number => {
  const name = symbol.listing.name.toUpperCase()
  if (keywords === "") return 0
  if (vendorSymbol.startsWith(keywords)) return keywords.length / vendorSymbol.length
  return name.includes(keywords) ? (0.9 * keywords.length) / name.length : 0
}

const searchMatch = ({ vendorSymbol, symbol }: Stock, score: number, now: EpochMillis): SearchMatch => {
  const { name, kind, market, currency } = symbol.listing
  const { region, hours } = venues[market] as Venue
  return [
    vendorSymbol,
    name,
    typeNames[kind] as string,
    region,
    ...hours,
    offsetText(now, symbol.days.timeZone),
    currency === "GBp" ? "GBX" : currency,
    score.toFixed(4),
  ]
}
