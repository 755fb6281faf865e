import { factsOfMarket, majorUnit } from "./exchanges.ts"

/** An index as Yahoo spells it. */
export interface IndexEntry {
  readonly market: string
  readonly timeZone: string
  readonly currency: string
  readonly name: string
}

/** Names by symbol, under the market whose sessions the index follows. */
const byMarket: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  XNYS: {
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
  XNAS: { "^IXIC": "Nasdaq Composite", "^NDX": "Nasdaq 100", "^SOX": "PHLX Semiconductor" },
  IFUS: { "DX-Y.NYB": "US Dollar Index" },
  XTSE: { "^GSPTSE": "S&P/TSX Composite" },
  BVMF: { "^BVSP": "Ibovespa" },
  XMEX: { "^MXX": "IPC" },
  XBUE: { "^MERV": "MERVAL" },
  XSGO: { "^IPSA": "IPSA" },
  XLON: { "^FTSE": "FTSE 100", "^FTMC": "FTSE 250", "^FTAS": "FTSE All-Share" },
  XETR: {
    "^GDAXI": "DAX",
    "^MDAXI": "MDAX",
    "^SDAXI": "SDAX",
    "^TECDAX": "TecDAX",
    "^STOXX50E": "Euro Stoxx 50",
    "^STOXX": "Stoxx Europe 600",
  },
  XPAR: { "^FCHI": "CAC 40" },
  XAMS: { "^AEX": "AEX" },
  XBRU: { "^BFX": "BEL 20" },
  XSWX: { "^SSMI": "SMI" },
  XWBO: { "^ATX": "ATX" },
  XMIL: { "FTSEMIB.MI": "FTSE MIB" },
  XMAD: { "^IBEX": "IBEX 35" },
  XSTO: { "^OMX": "OMX Stockholm 30" },
  XCSE: { "^OMXC25": "OMX Copenhagen 25" },
  XHEL: { "^OMXH25": "OMX Helsinki 25" },
  XOSL: { "OSEBX.OL": "OSEBX" },
  XIST: { "XU100.IS": "BIST 100" },
  MISX: { "IMOEX.ME": "MOEX Russia" },
  XTAE: { "^TA125.TA": "TA-125", "TA35.TA": "TA-35" },
  XSAU: { "^TASI.SR": "TASI" },
  XTKS: { "^N225": "Nikkei 225" },
  XHKG: { "^HSI": "Hang Seng", "^HSCE": "Hang Seng China Enterprises" },
  XSHG: { "000001.SS": "SSE Composite", "000300.SS": "CSI 300" },
  XSHE: { "399001.SZ": "SZSE Component", "399006.SZ": "ChiNext" },
  XTAI: { "^TWII": "TAIEX" },
  XKRX: { "^KS11": "KOSPI", "^KS200": "KOSPI 200" },
  XKOS: { "^KQ11": "KOSDAQ Composite" },
  XNSE: { "^NSEI": "Nifty 50", "^NSEBANK": "Nifty Bank" },
  XBOM: { "^BSESN": "Sensex" },
  XSES: { "^STI": "Straits Times" },
  XIDX: { "^JKSE": "Jakarta Composite" },
  XKLS: { "^KLSE": "FTSE Bursa Malaysia KLCI" },
  XBKK: { "^SET.BK": "SET" },
  XPHS: { "PSEI.PS": "PSEi" },
  XASX: { "^AXJO": "S&P/ASX 200", "^AORD": "All Ordinaries" },
  XNZE: { "^NZ50": "S&P/NZX 50" },
}

const indices: ReadonlyMap<string, IndexEntry> = new Map(
  Object.entries(byMarket).flatMap(([market, names]) => {
    const { timeZone, currency } = factsOfMarket(market)
    return Object.entries(names).map(([symbol, name]) => [
      symbol,
      { market, timeZone, currency: majorUnit(currency), name },
    ])
  }),
)

/** The index of that symbol; most begin with `^`, some look like shares (`000001.SS` is the SSE Composite). */
export const findIndex = (symbol: string): IndexEntry | undefined => indices.get(symbol)
