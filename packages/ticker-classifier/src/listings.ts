import type { AssetClass } from "@barkeep/market-data"

/** What a letters-only ticker cannot tell by itself. */
export interface Listing {
  readonly assetClass: AssetClass
  readonly market?: string
  readonly currency?: string
}

const nasdaqStocks =
  "AAPL MSFT GOOG GOOGL AMZN META NVDA TSLA NFLX AVGO COST PEP ADBE CSCO INTC AMD QCOM TXN AMGN SBUX GILD MDLZ BKNG " +
  "ADP ISRG VRTX REGN LRCX AMAT MU PANW KLAC SNPS CDNS MAR MELI CTAS ORLY ASML ABNB CSX FTNT MRVL CRWD WDAY NXPI ROST " +
  "PCAR PAYX MNST KDP ODFL FAST EA CTSH VRSK BKR XEL EXC AEP CHTR CMCSA TMUS HON LULU MRNA MASI DASH PYPL EBAY ZM " +
  "DOCU OKTA COIN HOOD SMCI RPD LOGI JD PDD BIDU NTES SIRI KHC WBD ILMN BIIB IDXX TTD TEAM DDOG ZS PLTR MSTR ROKU RIVN " +
  "LCID SOFI AFRM HTZ OPEN OPK NEOG CROX RENT EOSE OPRA ARBE ALGM ADAP HOTH ICPT RADI UNIT LINK ATOM PSNY CRON CALM"

const nyseStocks =
  "F T V C X IBM GE JPM BAC WFC GS MS BRK-A BRK-B BF-A BF-B JNJ PFE MRK ABBV LLY UNH PG KO MCD DIS HD LOW NKE CVX XOM " +
  "COP CAT DE BA LMT RTX MMM HPQ ORCL CRM NOW UBER SPOT BABA TSM SNOW PINS MA AXP BLK SCHW ACN TMO DHR ABT BMY CVS UPS " +
  "FDX UNP TGT GM DAL IONQ QBTS WM EPAC BALL ONTO COMP SOLV"

const nasdaqEtfs = "QQQ QQQM TQQQ SQQQ TLT IEF SHY BND BNDX VXUS SOXX SMH IBB MCHI IBIT JEPQ QTUM ICLN ACWI"

const otherEtfs =
  "SPY VOO IVV VTI VT VEA VWO EFA EEM IEFA IEMG DIA IWM AGG LQD HYG JNK TIP GLD IAU SLV GDX GDXJ USO UNG DBC XLK XLF XLE " +
  "XLV XLI XLY XLP XLU XLB XLRE XLC VNQ VGT VIG VYM SCHD SCHB SCHX ARKK SPXL SPXS UPRO SSO SH SDS UVXY SVXY KWEB FXI EWJ " +
  "EWZ EWG EWU EWY INDA RSP MDY IJH IJR VB VO VTV VUG IWF IWD IWB FBTC GBTC BITO ETHA ETHE BTC ETH NEAR JEPI BIL SGOV XBI " +
  "KRE XOP OIH ITB XHB JETS URA LIT TAN COPX DGRO QUAL MTUM USMV"

const rows = (symbols: string, listing: Listing): ReadonlyArray<readonly [string, Listing]> =>
  symbols.split(" ").map((symbol) => [symbol, listing])

/**
 * Listings by canonical symbol: those that people ask for most, and those whose letters look like something else.
 * Small on purpose. A listing may have moved or ended since (`X`, `ADAP`): NYSE and Nasdaq share calendar and zone, so
 * nothing that is stored depends on which of the two it is.
 */
const listings: ReadonlyMap<string, Listing> = new Map([
  ...rows(nasdaqStocks, { assetClass: "stock", market: "XNAS" }),
  ...rows(nyseStocks, { assetClass: "stock", market: "XNYS" }),
  ...rows(nasdaqEtfs, { assetClass: "etf", market: "XNAS" }),
  ...rows(otherEtfs, { assetClass: "etf", market: "XNYS" }),
  ...rows("CSPX.L VUSD.L", { assetClass: "etf", currency: "USD" }),
  ...rows("VUSA.L VWRL.L", { assetClass: "etf", currency: "GBP" }),
  ...rows("ISF.L", { assetClass: "etf" }),
  ...rows("IWDA.AS VWCE.DE", { assetClass: "etf" }),
])

export const findListing = (symbol: string): Listing | undefined => listings.get(symbol)
