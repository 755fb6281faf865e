/** Where an exchange suffix sends a ticker. */
export interface Exchange {
  /** Calendar id: the ISO 10383 market code. */
  readonly market: string
  readonly timeZone: string
  /** Prices are in this unit: `GBp`, `ZAc`, `ILA` are hundredths, `KWF` thousandths. */
  readonly currency: string
  readonly name: string
  /** Only for the American futures exchanges. */
  readonly lists?: "future"
}

type ExchangeRow = readonly [suffix: string, market: string, currency: string, name: string, lists?: "future"]

/** The exchanges under the time zone they share. */
const byTimeZone: Readonly<Record<string, ReadonlyArray<ExchangeRow>>> = {
  "Europe/London": [
    ["L", "XLON", "GBp", "London"],
    ["IL", "XLON", "USD", "London, International Order Book"],
    ["XC", "XLON", "GBp", "Cboe UK, on London's days"],
    ["AQ", "XLON", "GBp", "Aquis, on London's days"],
  ],
  "Europe/Dublin": [["IR", "XDUB", "EUR", "Dublin"]],
  "Europe/Lisbon": [["LS", "XLIS", "EUR", "Lisbon"]],
  "Europe/Madrid": [["MC", "XMAD", "EUR", "Madrid"]],
  "Europe/Paris": [["PA", "XPAR", "EUR", "Paris"]],
  "Europe/Amsterdam": [["AS", "XAMS", "EUR", "Amsterdam"]],
  "Europe/Brussels": [["BR", "XBRU", "EUR", "Brussels"]],
  "Europe/Berlin": [
    ["DE", "XETR", "EUR", "Xetra"],
    ["F", "XFRA", "EUR", "Frankfurt"],
    ["BE", "XBER", "EUR", "Berlin"],
    ["DU", "XDUS", "EUR", "Düsseldorf"],
    ["HM", "XHAM", "EUR", "Hamburg"],
    ["HA", "XHAN", "EUR", "Hanover"],
    ["MU", "XMUN", "EUR", "Munich"],
    ["SG", "XSTU", "EUR", "Stuttgart"],
  ],
  "Europe/Zurich": [["SW", "XSWX", "CHF", "SIX Swiss Exchange"]],
  "Europe/Vienna": [["VI", "XWBO", "EUR", "Vienna"]],
  "Europe/Rome": [
    ["MI", "XMIL", "EUR", "Milan"],
    ["TI", "ETLX", "EUR", "EuroTLX"],
  ],
  "Europe/Copenhagen": [["CO", "XCSE", "DKK", "Copenhagen"]],
  "Europe/Stockholm": [["ST", "XSTO", "SEK", "Stockholm"]],
  "Europe/Oslo": [["OL", "XOSL", "NOK", "Oslo"]],
  "Europe/Helsinki": [["HE", "XHEL", "EUR", "Helsinki"]],
  "Atlantic/Reykjavik": [["IC", "XICE", "ISK", "Iceland"]],
  "Europe/Tallinn": [["TL", "XTAL", "EUR", "Tallinn"]],
  "Europe/Riga": [["RG", "XRIS", "EUR", "Riga"]],
  "Europe/Vilnius": [["VS", "XLIT", "EUR", "Vilnius"]],
  "Europe/Warsaw": [["WA", "XWAR", "PLN", "Warsaw"]],
  "Europe/Prague": [["PR", "XPRA", "CZK", "Prague"]],
  "Europe/Budapest": [["BD", "XBUD", "HUF", "Budapest"]],
  "Europe/Bucharest": [["RO", "XBSE", "RON", "Bucharest"]],
  "Europe/Athens": [["AT", "XATH", "EUR", "Athens"]],
  "Europe/Istanbul": [["IS", "XIST", "TRY", "Istanbul"]],
  "Europe/Moscow": [["ME", "MISX", "RUB", "Moscow"]],
  "America/New_York": [
    ["CMX", "XCEC", "USD", "COMEX", "future"],
    ["NYM", "XNYM", "USD", "NYMEX", "future"],
    ["NYB", "IFUS", "USD", "ICE Futures US", "future"],
    ["CME", "XCME", "USD", "Chicago Mercantile Exchange", "future"],
    ["CBT", "XCBT", "USD", "Chicago Board of Trade", "future"],
  ],
  "America/Toronto": [
    ["TO", "XTSE", "CAD", "Toronto"],
    ["V", "XTSX", "CAD", "TSX Venture"],
    ["NE", "NEOE", "CAD", "Cboe Canada (NEO)"],
    ["CN", "XCNQ", "CAD", "Canadian Securities Exchange"],
  ],
  "America/Mexico_City": [["MX", "XMEX", "MXN", "Mexico"]],
  "America/Sao_Paulo": [["SA", "BVMF", "BRL", "São Paulo (B3)"]],
  "America/Argentina/Buenos_Aires": [["BA", "XBUE", "ARS", "Buenos Aires"]],
  "America/Santiago": [["SN", "XSGO", "CLP", "Santiago"]],
  "America/Bogota": [["CL", "XBOG", "COP", "Bogotá"]],
  "America/Caracas": [["CR", "BVCA", "VES", "Caracas"]],
  "Africa/Johannesburg": [["JO", "XJSE", "ZAc", "Johannesburg"]],
  "Africa/Cairo": [["CA", "XCAI", "EGP", "Cairo"]],
  "Asia/Jerusalem": [["TA", "XTAE", "ILA", "Tel Aviv"]],
  "Asia/Riyadh": [["SR", "XSAU", "SAR", "Saudi Exchange"]],
  "Asia/Qatar": [["QA", "DSMD", "QAR", "Qatar"]],
  "Asia/Kuwait": [["KW", "XKUW", "KWF", "Kuwait"]],
  "Asia/Dubai": [["AE", "XDFM", "AED", "Dubai"]],
  "Asia/Kolkata": [
    ["NS", "XNSE", "INR", "National Stock Exchange of India"],
    ["BO", "XBOM", "INR", "Bombay"],
  ],
  "Asia/Bangkok": [["BK", "XBKK", "THB", "Thailand"]],
  "Asia/Ho_Chi_Minh": [["VN", "XSTC", "VND", "Ho Chi Minh City"]],
  "Asia/Jakarta": [["JK", "XIDX", "IDR", "Indonesia"]],
  "Asia/Kuala_Lumpur": [["KL", "XKLS", "MYR", "Malaysia"]],
  "Asia/Singapore": [["SI", "XSES", "SGD", "Singapore"]],
  "Asia/Manila": [["PS", "XPHS", "PHP", "Philippines"]],
  "Asia/Hong_Kong": [["HK", "XHKG", "HKD", "Hong Kong"]],
  "Asia/Shanghai": [
    ["SS", "XSHG", "CNY", "Shanghai"],
    ["SZ", "XSHE", "CNY", "Shenzhen"],
  ],
  "Asia/Taipei": [
    ["TW", "XTAI", "TWD", "Taiwan"],
    ["TWO", "ROCO", "TWD", "Taipei Exchange"],
  ],
  "Asia/Seoul": [
    ["KS", "XKRX", "KRW", "Korea"],
    ["KQ", "XKOS", "KRW", "KOSDAQ"],
  ],
  "Asia/Tokyo": [["T", "XTKS", "JPY", "Tokyo"]],
  "Australia/Sydney": [["AX", "XASX", "AUD", "Australia"]],
  "Pacific/Auckland": [["NZ", "XNZE", "NZD", "New Zealand"]],
}

/**
 * Yahoo's exchange suffixes, without the dot.
 * @see https://help.yahoo.com/kb/SLN2310.html
 * @see https://www.iso20022.org/market-identifier-codes
 */
export const exchangeBySuffix: ReadonlyMap<string, Exchange> = new Map(
  Object.entries(byTimeZone).flatMap(([timeZone, rows]) =>
    rows.map(([suffix, market, currency, name, lists]) => [
      suffix,
      { market, timeZone, currency, name, ...(lists === undefined ? {} : { lists }) },
    ]),
  ),
)

/**
 * Other writings of a suffix: those of Alpha Vantage (`.LON`, `.DEX`, `.TRT`), and those that earlier caches were
 * filled under. Each has one meaning only; `.OS`, `.SIN` and `.LIS` were used for Oslo, Singapore and Lisbon.
 */
const otherWritings: Readonly<Record<string, string>> = {
  L: "LON LSE",
  DE: "DEX GER XETRA",
  F: "FRK FRA",
  BE: "BER",
  DU: "DUS",
  HM: "HAM",
  MU: "MUN",
  SG: "STU",
  SW: "SIX",
  PA: "PAR",
  AS: "AMS",
  BR: "BRU",
  MI: "MIL",
  MC: "MAD",
  LS: "LIS",
  CO: "CPH",
  ST: "STO",
  HE: "HEL",
  OL: "OS OSL",
  IC: "REY",
  TO: "TRT TOR",
  V: "TRV",
  NE: "NEO",
  AX: "ASX",
  NZ: "NZX",
  HK: "HKG",
  T: "TYO",
  KS: "KSE",
  SS: "SHH SHA",
  SZ: "SHZ SHE",
  SI: "SIN",
  KL: "KUL",
  BK: "BKK",
  JK: "JKT",
  PS: "PSE",
  BO: "BSE",
  NS: "NSE",
  SA: "SAO B3",
  MX: "MEX",
  SN: "SGO",
  JO: "JSE",
  TA: "TLV",
  IS: "IST",
  ME: "MOS",
  WA: "WAR",
  PR: "PRA",
  BD: "BUD",
  RO: "BUC",
  VI: "VIE",
  IR: "DUB",
  SR: "SAU",
}

export const suffixAliases: ReadonlyMap<string, string> = new Map(
  Object.entries(otherWritings).flatMap(([suffix, aliases]) =>
    aliases.split(" ").map((alias) => [alias, suffix]),
  ),
)

/** Suffixes that only say "listed in the United States"; the canonical symbol has none. */
export const usSuffixes: ReadonlyMap<string, string> = new Map([
  ["US", "XNYS"],
  ["NYSE", "XNYS"],
  ["AMEX", "XNYS"],
  ["ARCA", "XNYS"],
  ["NASDAQ", "XNAS"],
])

/** Markets whose sessions `@barkeep/trading-calendar` knows. */
const marketsWithCalendar: ReadonlySet<string> = new Set(
  "XNYS XNAS XLON XETR XFRA XPAR XTKS XHKG XTSE XASX XSWX XAMS XMIL 24/7 24/5".split(" "),
)

/** True when the market's sessions and holidays are known, so that gaps in its bars can be told from closed days. */
export const hasCalendar = (market: string): boolean => marketsWithCalendar.has(market)

export const alwaysOpen = { market: "24/7", timeZone: "UTC" } as const
export const fxHours = { market: "24/5", timeZone: "UTC" } as const
/** NYSE and Nasdaq share hours, holidays and zone; NYSE Arca, NYSE American, Cboe and the OTC markets follow them. */
export const usListing = { market: "XNYS", timeZone: "America/New_York", currency: "USD" } as const

/** Zone and currency of the markets in our tables. */
interface MarketFacts {
  readonly timeZone: string
  readonly currency: string
}

const factsByMarket: ReadonlyMap<string, MarketFacts> = new Map<string, MarketFacts>([
  ...[...exchangeBySuffix.values()].toReversed().map((exchange) => [exchange.market, exchange] as const),
  ["XNYS", usListing],
  ["XNAS", usListing],
])

/** The zone of every market in our tables; `undefined` for others. */
export const timeZoneOfMarket = (market: string): string | undefined =>
  market === alwaysOpen.market || market === fxHours.market ? "UTC" : factsByMarket.get(market)?.timeZone

/** For markets that our own tables name; any other is a mistake in a table. */
export const factsOfMarket = (market: string): MarketFacts => {
  const facts = factsByMarket.get(market)
  if (facts === undefined) throw new Error(`no exchange with the market code ${market}`)
  return facts
}

/** The currency whose hundredth or thousandth a price unit is: `GBP` for `GBp`. */
export const majorUnit = (currency: string): string => majorUnits[currency] ?? currency

const majorUnits: Readonly<Record<string, string>> = { GBp: "GBP", ZAc: "ZAR", ILA: "ILS", KWF: "KWD" }
