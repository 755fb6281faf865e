import { UnknownMarket } from "./errors.ts"
import type { MarketRules } from "./market-rules.ts"
import { xams, xpar } from "./markets/euronext.ts"
import { fx } from "./markets/fx.ts"
import { xasx } from "./markets/xasx.ts"
import { xetr, xfra } from "./markets/xetr.ts"
import { xhkg } from "./markets/xhkg.ts"
import { xlon } from "./markets/xlon.ts"
import { xmil } from "./markets/xmil.ts"
import { xnas, xnys } from "./markets/xnys.ts"
import { xswx } from "./markets/xswx.ts"
import { xtks } from "./markets/xtks.ts"
import { xtse } from "./markets/xtse.ts"

/** All markets that have a calendar: ISO 10383 codes, `24/7` (crypto) and `24/5` (currencies). */
export const markets = [
  "24/7",
  "24/5",
  "XNYS",
  "XNAS",
  "XLON",
  "XETR",
  "XFRA",
  "XPAR",
  "XAMS",
  "XMIL",
  "XSWX",
  "XTKS",
  "XHKG",
  "XTSE",
  "XASX",
] as const

export type Market = (typeof markets)[number]

export type SessionMarket = Exclude<Market, "24/7">

/** Functions, so that importing the package builds no table. */
const rulesOf: { readonly [market in SessionMarket]: () => MarketRules } = {
  "24/5": fx,
  XNYS: xnys,
  XNAS: xnas,
  XLON: xlon,
  XETR: xetr,
  XFRA: xfra,
  XPAR: xpar,
  XAMS: xams,
  XMIL: xmil,
  XSWX: xswx,
  XTKS: xtks,
  XHKG: xhkg,
  XTSE: xtse,
  XASX: xasx,
}

export const marketRules = (market: SessionMarket): MarketRules => rulesOf[market]()

/** @throws {UnknownMarket} */
export const checkMarket = (market: string): Market => {
  const found = markets.find((known) => known === market)
  if (found !== undefined) return found
  throw new UnknownMarket({ market, suggestions: suggestionsFor(market), known: markets })
}

/** Names that people use, upper case; they are suggested, never taken. */
const otherNames: { readonly [name: string]: Market } = {
  CRYPTO: "24/7",
  "24X7": "24/7",
  FX: "24/5",
  FOREX: "24/5",
  "24X5": "24/5",
  NYSE: "XNYS",
  ARCX: "XNYS",
  US: "XNYS",
  NASDAQ: "XNAS",
  LSE: "XLON",
  LONDON: "XLON",
  XETRA: "XETR",
  FRANKFURT: "XFRA",
  FWB: "XFRA",
  PARIS: "XPAR",
  AMSTERDAM: "XAMS",
  MILAN: "XMIL",
  SIX: "XSWX",
  SWX: "XSWX",
  ZURICH: "XSWX",
  TSE: "XTKS",
  JPX: "XTKS",
  TOKYO: "XTKS",
  HKEX: "XHKG",
  SEHK: "XHKG",
  TSX: "XTSE",
  TORONTO: "XTSE",
  ASX: "XASX",
  SYDNEY: "XASX",
}

const suggestionsFor = (market: string): ReadonlyArray<Market> => {
  const text = market.trim().toUpperCase()
  const meant = markets.find((known) => known === text) ?? otherNames[text]
  return meant === undefined ? markets.filter((known) => isOneEditApart(known, text)) : [meant]
}

/** True when one character less, more or different, or none, makes one text the other. */
const isOneEditApart = (a: string, b: string): boolean => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  if (long.length - short.length > 1) return false
  let at = 0
  while (at < short.length && short[at] === long[at]) at += 1
  return short.slice(long.length === short.length ? at + 1 : at) === long.slice(at + 1)
}
