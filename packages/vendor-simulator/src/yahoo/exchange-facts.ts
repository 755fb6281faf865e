import type { SessionKind, SessionListing } from "../session-market/session-listing.ts"

/** What Yahoo tells of a place of trading. */
export interface ExchangeFacts {
  readonly exchangeName: string
  readonly fullExchangeName: string
  /** How late its quotes are. @see https://help.yahoo.com/kb/SLN2310.html */
  readonly delayMinutes: number
  /** Length of trading before and after the session; 0 where Yahoo shows none. */
  readonly preMinutes: number
  readonly postMinutes: number
}

const place = (
  exchangeName: string,
  fullExchangeName: string,
  delayMinutes: number,
  preMinutes = 0,
  postMinutes = 0,
): ExchangeFacts => ({ exchangeName, fullExchangeName, delayMinutes, preMinutes, postMinutes })

const places: { readonly [market: string]: ExchangeFacts } = {
  XNYS: place("NYQ", "NYSE", 0, 330, 240),
  XNAS: place("NMS", "NasdaqGS", 0, 330, 240),
  XLON: place("LSE", "LSE", 15),
  XETR: place("GER", "XETRA", 15),
  XFRA: place("FRA", "Frankfurt", 15),
  XPAR: place("PAR", "Paris", 15),
  XAMS: place("AMS", "Amsterdam", 15),
  XMIL: place("MIL", "Milan", 15),
  XSWX: place("EBS", "Swiss", 30),
  XTKS: place("JPX", "Tokyo", 20),
  XHKG: place("HKG", "HKSE", 15),
  XTSE: place("TOR", "Toronto", 0),
  XASX: place("ASX", "ASX", 20),
  "24/5": place("CCY", "CCY", 0),
  "24/7": place("CCC", "CCC", 0),
}

export const exchangeFacts = ({ kind, market }: SessionListing): ExchangeFacts => {
  if (kind === "future") return place("CMX", "COMEX", 10)
  const facts = places[market] as ExchangeFacts
  return kind === "fund" || kind === "index" ? { ...facts, preMinutes: 0, postMinutes: 0 } : facts
}

export const instrumentTypes: { readonly [kind in SessionKind]: string } = {
  stock: "EQUITY",
  etf: "ETF",
  fund: "MUTUALFUND",
  index: "INDEX",
  fx: "CURRENCY",
  future: "FUTURE",
  crypto: "CRYPTOCURRENCY",
}
