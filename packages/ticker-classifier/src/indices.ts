/** An index as Yahoo spells it. */
export interface IndexEntry {
  readonly market: string
  readonly timeZone: string
  readonly currency: string
  readonly name: string
}

/** The indices that follow the sessions of one market. */
interface IndexGroup extends Omit<IndexEntry, "name"> {
  readonly names: Readonly<Record<string, string>>
}

const groups: ReadonlyArray<IndexGroup> = [
  {
    market: "XNYS",
    timeZone: "America/New_York",
    currency: "USD",
    names: {
      "^GSPC": "S&P 500",
      "^SPX": "S&P 500",
      "^OEX": "S&P 100",
      "^MID": "S&P MidCap 400",
      "^DJI": "Dow Jones Industrial Average",
      "^DJT": "Dow Jones Transportation Average",
      "^DJU": "Dow Jones Utility Average",
      "^NYA": "NYSE Composite",
      "^RUT": "Russell 2000",
      "^RUI": "Russell 1000",
      "^RUA": "Russell 3000",
      "^VIX": "Cboe Volatility Index, published on NYSE's trading days",
      "^VVIX": "Cboe VIX of VIX, published on NYSE's trading days",
      "^IRX": "13-week Treasury bill rate",
      "^FVX": "5-year Treasury yield",
      "^TNX": "10-year Treasury yield",
      "^TYX": "30-year Treasury yield",
    },
  },
  {
    market: "XNAS",
    timeZone: "America/New_York",
    currency: "USD",
    names: { "^IXIC": "Nasdaq Composite", "^NDX": "Nasdaq 100", "^SOX": "PHLX Semiconductor" },
  },
  {
    market: "IFUS",
    timeZone: "America/New_York",
    currency: "USD",
    names: { "DX-Y.NYB": "US Dollar Index" },
  },
  {
    market: "XTSE",
    timeZone: "America/Toronto",
    currency: "CAD",
    names: { "^GSPTSE": "S&P/TSX Composite" },
  },
  {
    market: "BVMF",
    timeZone: "America/Sao_Paulo",
    currency: "BRL",
    names: { "^BVSP": "Ibovespa" },
  },
  {
    market: "XMEX",
    timeZone: "America/Mexico_City",
    currency: "MXN",
    names: { "^MXX": "IPC" },
  },
  {
    market: "XBUE",
    timeZone: "America/Argentina/Buenos_Aires",
    currency: "ARS",
    names: { "^MERV": "MERVAL" },
  },
  {
    market: "XSGO",
    timeZone: "America/Santiago",
    currency: "CLP",
    names: { "^IPSA": "IPSA" },
  },
  {
    market: "XLON",
    timeZone: "Europe/London",
    currency: "GBP",
    names: { "^FTSE": "FTSE 100", "^FTMC": "FTSE 250", "^FTAS": "FTSE All-Share" },
  },
  {
    market: "XETR",
    timeZone: "Europe/Berlin",
    currency: "EUR",
    names: {
      "^GDAXI": "DAX",
      "^MDAXI": "MDAX",
      "^SDAXI": "SDAX",
      "^TECDAX": "TecDAX",
      "^STOXX50E": "Euro Stoxx 50",
      "^STOXX": "Stoxx Europe 600",
    },
  },
  {
    market: "XPAR",
    timeZone: "Europe/Paris",
    currency: "EUR",
    names: { "^FCHI": "CAC 40" },
  },
  {
    market: "XAMS",
    timeZone: "Europe/Amsterdam",
    currency: "EUR",
    names: { "^AEX": "AEX" },
  },
  {
    market: "XBRU",
    timeZone: "Europe/Brussels",
    currency: "EUR",
    names: { "^BFX": "BEL 20" },
  },
  {
    market: "XSWX",
    timeZone: "Europe/Zurich",
    currency: "CHF",
    names: { "^SSMI": "SMI" },
  },
  {
    market: "XWBO",
    timeZone: "Europe/Vienna",
    currency: "EUR",
    names: { "^ATX": "ATX" },
  },
  {
    market: "XMIL",
    timeZone: "Europe/Rome",
    currency: "EUR",
    names: { "FTSEMIB.MI": "FTSE MIB" },
  },
  {
    market: "XMAD",
    timeZone: "Europe/Madrid",
    currency: "EUR",
    names: { "^IBEX": "IBEX 35" },
  },
  {
    market: "XSTO",
    timeZone: "Europe/Stockholm",
    currency: "SEK",
    names: { "^OMX": "OMX Stockholm 30" },
  },
  {
    market: "XCSE",
    timeZone: "Europe/Copenhagen",
    currency: "DKK",
    names: { "^OMXC25": "OMX Copenhagen 25" },
  },
  {
    market: "XHEL",
    timeZone: "Europe/Helsinki",
    currency: "EUR",
    names: { "^OMXH25": "OMX Helsinki 25" },
  },
  {
    market: "XOSL",
    timeZone: "Europe/Oslo",
    currency: "NOK",
    names: { "OSEBX.OL": "OSEBX" },
  },
  {
    market: "XIST",
    timeZone: "Europe/Istanbul",
    currency: "TRY",
    names: { "XU100.IS": "BIST 100" },
  },
  {
    market: "MISX",
    timeZone: "Europe/Moscow",
    currency: "RUB",
    names: { "IMOEX.ME": "MOEX Russia" },
  },
  {
    market: "XTAE",
    timeZone: "Asia/Jerusalem",
    currency: "ILS",
    names: { "^TA125.TA": "TA-125", "TA35.TA": "TA-35" },
  },
  {
    market: "XSAU",
    timeZone: "Asia/Riyadh",
    currency: "SAR",
    names: { "^TASI.SR": "TASI" },
  },
  {
    market: "XTKS",
    timeZone: "Asia/Tokyo",
    currency: "JPY",
    names: { "^N225": "Nikkei 225" },
  },
  {
    market: "XHKG",
    timeZone: "Asia/Hong_Kong",
    currency: "HKD",
    names: { "^HSI": "Hang Seng", "^HSCE": "Hang Seng China Enterprises" },
  },
  {
    market: "XSHG",
    timeZone: "Asia/Shanghai",
    currency: "CNY",
    names: { "000001.SS": "SSE Composite", "000300.SS": "CSI 300" },
  },
  {
    market: "XSHE",
    timeZone: "Asia/Shanghai",
    currency: "CNY",
    names: { "399001.SZ": "SZSE Component", "399006.SZ": "ChiNext" },
  },
  {
    market: "XTAI",
    timeZone: "Asia/Taipei",
    currency: "TWD",
    names: { "^TWII": "TAIEX" },
  },
  {
    market: "XKRX",
    timeZone: "Asia/Seoul",
    currency: "KRW",
    names: { "^KS11": "KOSPI", "^KS200": "KOSPI 200" },
  },
  {
    market: "XKOS",
    timeZone: "Asia/Seoul",
    currency: "KRW",
    names: { "^KQ11": "KOSDAQ Composite" },
  },
  {
    market: "XNSE",
    timeZone: "Asia/Kolkata",
    currency: "INR",
    names: { "^NSEI": "Nifty 50", "^NSEBANK": "Nifty Bank" },
  },
  {
    market: "XBOM",
    timeZone: "Asia/Kolkata",
    currency: "INR",
    names: { "^BSESN": "Sensex" },
  },
  {
    market: "XSES",
    timeZone: "Asia/Singapore",
    currency: "SGD",
    names: { "^STI": "Straits Times" },
  },
  {
    market: "XIDX",
    timeZone: "Asia/Jakarta",
    currency: "IDR",
    names: { "^JKSE": "Jakarta Composite" },
  },
  {
    market: "XKLS",
    timeZone: "Asia/Kuala_Lumpur",
    currency: "MYR",
    names: { "^KLSE": "FTSE Bursa Malaysia KLCI" },
  },
  {
    market: "XBKK",
    timeZone: "Asia/Bangkok",
    currency: "THB",
    names: { "^SET.BK": "SET" },
  },
  {
    market: "XPHS",
    timeZone: "Asia/Manila",
    currency: "PHP",
    names: { "PSEI.PS": "PSEi" },
  },
  {
    market: "XASX",
    timeZone: "Australia/Sydney",
    currency: "AUD",
    names: { "^AXJO": "S&P/ASX 200", "^AORD": "All Ordinaries" },
  },
  {
    market: "XNZE",
    timeZone: "Pacific/Auckland",
    currency: "NZD",
    names: { "^NZ50": "S&P/NZX 50" },
  },
]

const indices: ReadonlyMap<string, IndexEntry> = new Map(
  groups.flatMap(({ names, ...rest }) =>
    Object.entries(names).map(([symbol, name]) => [symbol, { ...rest, name }]),
  ),
)

/** The index of that symbol; most begin with `^`, some look like shares (`000001.SS` is the SSE Composite). */
export const findIndex = (symbol: string): IndexEntry | undefined => indices.get(symbol)
