import type { AssetClass } from "@barkeep/market-data"

/** What a ticker must be read as. */
export interface ExpectedTicker {
  readonly ticker: string
  readonly symbol: string
  readonly assetClass: AssetClass
  readonly market: string
  readonly currency: string
  readonly base: string | undefined
}

/** One row per ticker: ticker, canonical symbol (`.` = the same), asset class, market, currency, base of a pair. */
const rows = `
BTCUSDT . crypto 24/7 USDT BTC
ETHUSDT . crypto 24/7 USDT ETH
LTCUSDT . crypto 24/7 USDT LTC
ADAUSDT . crypto 24/7 USDT ADA
BTCUSD . crypto 24/7 USD BTC
BTCUSDC . crypto 24/7 USDC BTC
BTCBUSD . crypto 24/7 BUSD BTC
ETHBTC . crypto 24/7 BTC ETH
BNBBTC . crypto 24/7 BTC BNB
BTCEUR . crypto 24/7 EUR BTC
BTCGBP . crypto 24/7 GBP BTC
BTCJPY . crypto 24/7 JPY BTC
BTCTRY . crypto 24/7 TRY BTC
USDCUSDT . crypto 24/7 USDT USDC
1INCHUSDT . crypto 24/7 USDT 1INCH
1000SHIBUSDT . crypto 24/7 USDT 1000SHIB
SHIBUSDT . crypto 24/7 USDT SHIB
BTC-USD BTCUSD crypto 24/7 USD BTC
BTC/USDT BTCUSDT crypto 24/7 USDT BTC
btcusdt BTCUSDT crypto 24/7 USDT BTC
EURUSD EURUSD=X fx 24/5 USD EUR
GBPUSD GBPUSD=X fx 24/5 USD GBP
USDJPY USDJPY=X fx 24/5 JPY USD
EURGBP EURGBP=X fx 24/5 GBP EUR
XAUUSD XAUUSD=X fx 24/5 USD XAU
AAPL . stock XNAS USD
GOOGL . stock XNAS USD
TSLA . stock XNAS USD
VT . etf XNYS USD
VUSD . stock XNYS USD
QTUM . etf XNAS USD
F . stock XNYS USD
T . stock XNYS USD
V . stock XNYS USD
C . stock XNYS USD
X . stock XNYS USD
BRK.A BRK-A stock XNYS USD
BRK.B BRK-B stock XNYS USD
BRK-B . stock XNYS USD
BF.B BF-B stock XNYS USD
ABNB . stock XNAS USD
ADAP . stock XNAS USD
BALL . stock XNYS USD
CROX . stock XNAS USD
ONTO . stock XNYS USD
OPEN . stock XNAS USD
OPK . stock XNAS USD
HTZ . stock XNAS USD
NEOG . stock XNAS USD
RENT . stock XNAS USD
UNIT . stock XNAS USD
COMP . stock XNYS USD
DASH . stock XNAS USD
NEAR . etf XNYS USD
DOT . stock XNYS USD
LINK . stock XNAS USD
UNI . stock XNYS USD
ETH . etf XNYS USD
BTC . etf XNYS USD
META . stock XNAS USD
METH . stock XNYS USD
SOLV . stock XNYS USD
ATOM . stock XNAS USD
LEON . stock XNYS USD
OKTA . stock XNAS USD
EOSE . stock XNAS USD
OPRA . stock XNAS USD
ARBE . stock XNAS USD
ALGM . stock XNAS USD
ICPT . stock XNAS USD
HOTH . stock XNAS USD
RADI . stock XNAS USD
SAP.DE . stock XETR EUR
HELN.SW . stock XSWX CHF
VUSD.L . etf XLON USD
VOD.L . stock XLON GBp
7203.T . stock XTKS JPY
0700.HK . stock XHKG HKD
005930.KS . stock XKRX KRW
600519.SS . stock XSHG CNY
000001.SZ . stock XSHE CNY
RY.TO . stock XTSE CAD
NESN.SW . stock XSWX CHF
AIR.PA . stock XPAR EUR
ASML.AS . stock XAMS EUR
D05.SI . stock XSES SGD
BHP.AX . stock XASX AUD
NOVO-B.CO . stock XCSE DKK
VOLV-B.ST . stock XSTO SEK
TCS.NS . stock XNSE INR
RELIANCE.BO . stock XBOM INR
PETR4.SA . stock BVMF BRL
AMXL.MX . stock XMEX MXN
OMV.VI . stock XWBO EUR
RYA.IR . stock XDUB EUR
035720.KQ . stock XKOS KRW
2222.SR . stock XSAU SAR
SPY.NYSE SPY etf XNYS USD
ADA.L . stock XLON GBp
BTC.F . stock XFRA EUR
^GSPC . index XNYS USD
^VIX . index XNYS USD
GC=F . future XCEC USD
EURUSD=X . fx 24/5 USD EUR
UNKNOWN123 . stock XNYS USD
BTCUSDT_PERP . future 24/7 USDT BTC

SOLUSDT . crypto 24/7 USDT SOL
1000SATSUSDT . crypto 24/7 USDT 1000SATS
1MBABYDOGEUSDT . crypto 24/7 USDT 1MBABYDOGE
C98USDT . crypto 24/7 USDT C98
SUSDT . crypto 24/7 USDT S
DUSDT . crypto 24/7 USDT D
TUSDUSDT . crypto 24/7 USDT TUSD
FDUSDUSDT . crypto 24/7 USDT FDUSD
BUSDUSDT . crypto 24/7 USDT BUSD
EURUSDT . crypto 24/7 USDT EUR
GBPUSDT . crypto 24/7 USDT GBP
USDTTRY . crypto 24/7 TRY USDT
USDTBRL . crypto 24/7 BRL USDT
USDTUSD . crypto 24/7 USD USDT
BNBBUSD . crypto 24/7 BUSD BNB
BNBUSD . crypto 24/7 USD BNB
SHIBUSD . crypto 24/7 USD SHIB
DOTUSD . crypto 24/7 USD DOT
BATUSD . crypto 24/7 USD BAT
ARBUSD . crypto 24/7 BUSD AR
BTCTUSD . crypto 24/7 TUSD BTC
BTCFDUSD . crypto 24/7 FDUSD BTC
BTCUSDP . crypto 24/7 USDP BTC
BTCAEUR . crypto 24/7 AEUR BTC
ADAEUR . crypto 24/7 EUR ADA
BTCEURI . crypto 24/7 EURI BTC
SOLEUR . crypto 24/7 EUR SOL
DOGETRY . crypto 24/7 TRY DOGE
ETHDAI . crypto 24/7 DAI ETH
BTCBRL . crypto 24/7 BRL BTC
BTCAUD . crypto 24/7 AUD BTC
BTCARS . crypto 24/7 ARS BTC
SOLBTC . crypto 24/7 BTC SOL
BNBETH . crypto 24/7 ETH BNB
ETHBNB . crypto 24/7 BNB ETH
WBTCBTC . crypto 24/7 BTC WBTC
BETHETH . crypto 24/7 ETH BETH
OGBTC . crypto 24/7 BTC OG
OPETH . crypto 24/7 ETH OP
XRPETH . crypto 24/7 ETH XRP
XBTUSDT . crypto 24/7 USDT XBT
NEWCOINUSDT . crypto 24/7 USDT NEWCOIN
XAUUSDT . crypto 24/7 USDT XAU
AXPUSD . crypto 24/7 USD AXP
BTC-USDT BTCUSDT crypto 24/7 USDT BTC
BTC_USDT BTCUSDT crypto 24/7 USDT BTC
eth/btc ETHBTC crypto 24/7 BTC ETH
ADA/BTC ADABTC crypto 24/7 BTC ADA
ETH-USD ETHUSD crypto 24/7 USD ETH
ETH-EUR ETHEUR crypto 24/7 EUR ETH
BTC-KRW BTCKRW crypto 24/7 KRW BTC
UNI7083-USD UNI7083USD crypto 24/7 USD UNI7083
M-ETH . crypto 24/7 ETH M
V-USD . crypto 24/7 USD V
A/BNB A-BNB crypto 24/7 BNB A
BTC/XYZ BTC-XYZ crypto 24/7 XYZ BTC
BTCUSD=X BTCUSD crypto 24/7 USD BTC
BTC-PERP . future 24/7 USD BTC
BTCUSDT-PERP BTCUSDT_PERP future 24/7 USDT BTC
BTC-USDT-PERP BTCUSDT_PERP future 24/7 USDT BTC
BTCUSD_240628 . future 24/7 USD BTC

EUR/USD EURUSD=X fx 24/5 USD EUR
EUR-USD EURUSD=X fx 24/5 USD EUR
USDTRY USDTRY=X fx 24/5 TRY USD
USDCNH USDCNH=X fx 24/5 CNH USD
AUDNZD AUDNZD=X fx 24/5 NZD AUD
XAGEUR XAGEUR=X fx 24/5 EUR XAG
XAU/USD XAUUSD=X fx 24/5 USD XAU
XPTUSD=X . fx 24/5 USD XPT
JPY=X USDJPY=X fx 24/5 JPY USD
EUR=X USDEUR=X fx 24/5 EUR USD
GBPJPY=X . fx 24/5 JPY GBP

MSFT . stock XNAS USD
NVDA . stock XNAS USD
IBM . stock XNYS USD
JPM . stock XNYS USD
PSNY . stock XNAS USD
IONQ . stock XNYS USD
ZZZ . stock XNYS USD
CON . stock XNYS USD
AFRAF . stock XNYS USD
TCEHY . stock XNYS USD
ETHO . stock XNYS USD
BTCS . stock XNYS USD
DAIO . stock XNYS USD
SOLO . stock XNYS USD
UNIB . stock XNYS USD
XRPN . stock XNYS USD
BRK/B BRK-B stock XNYS USD
brk.b BRK-B stock XNYS USD
LEN.B LEN-B stock XNYS USD
BAC-PL . stock XNYS USD
BAC-PRL BAC-PL stock XNYS USD
BAC.PRL BAC-PL stock XNYS USD
BAC.PR.L BAC-PL stock XNYS USD
ABC.WS ABC-WT stock XNYS USD
ABC-WT . stock XNYS USD
ABC.WSA ABC-WTA stock XNYS USD
ABC.U ABC-UN stock XNYS USD
ABC-UN . stock XNYS USD
ABC-RT ABC-RI stock XNYS USD
AAPL.US AAPL stock XNAS USD
AAPL.NASDAQ AAPL stock XNAS USD
ZZZ.NASDAQ ZZZ stock XNAS USD
WSBTC.US . stock XNYS USD
WSBTC . crypto 24/7 BTC WS
A.A A-A stock XNYS USD
BRK.B.NYSE BRK-B stock XNYS USD
SPY . etf XNYS USD
QQQ . etf XNAS USD
XLK . etf XNYS USD
USO . etf XNYS USD
SHY . etf XNAS USD
GLD . etf XNYS USD
ETHE . etf XNYS USD
VFINX . fund XNYS USD
DODFX . fund XNYS USD
VTSAX . fund XNYS USD
SWVXX . fund XNYS USD
0P0000XTS7 . fund XNYS USD
0P000071W8.TO . fund XTSE CAD

OCDO.L . stock XLON GBp
BT-A.L . stock XLON GBp
BT.A.L BT-A.L stock XLON GBp
VOD.LON VOD.L stock XLON GBp
VUSA.L . etf XLON GBP
KAP.IL . stock XLON USD
SMSN.IL . stock XLON USD
MUV2.DE . stock XETR EUR
SAP.DEX SAP.DE stock XETR EUR
VWCE.DE . etf XETR EUR
SAP.F . stock XFRA EUR
SAP.SG . stock XSTU EUR
SAP.BE . stock XBER EUR
SAP.DU . stock XDUS EUR
SAP.HM . stock XHAM EUR
SAP.HA . stock XHAN EUR
SAP.MU . stock XMUN EUR
TEP.PA . stock XPAR EUR
IWDA.AS . etf XAMS EUR
UCB.BR . stock XBRU EUR
ENI.MI . stock XMIL EUR
SAN.MC . stock XMAD EUR
EDP.LS . stock XLIS EUR
EQNR.OL . stock XOSL NOK
EQNR.OS EQNR.OL stock XOSL NOK
AZT.OL . stock XOSL NOK
NOKIA.HE . stock XHEL EUR
MAREL.IC . stock XICE ISK
TAL1T.TL . stock XTAL EUR
GRD1R.RG . stock XRIS EUR
IGN1L.VS . stock XLIT EUR
OPAP.AT . stock XATH EUR
PKO.WA . stock XWAR PLN
CEZ.PR . stock XPRA CZK
OTP.BD . stock XBUD HUF
TLV.RO . stock XBSE RON
THYAO.IS . stock XIST TRY
SBER.ME . stock MISX RUB
ORSTED.CO . stock XCSE DKK
KEN.TA . stock XTAE ILA
NPN.JO . stock XJSE ZAc
COMI.CA . stock XCAI EGP
QNBK.QA . stock DSMD QAR
NBK.KW . stock XKUW KWF
EMAAR.AE . stock XDFM AED
SHOP.TO . stock XTSE CAD
RCI-B.TO . stock XTSE CAD
RCI.B.TO RCI-B.TO stock XTSE CAD
REI-UN.TO . stock XTSE CAD
MKC.V . stock XTSX CAD
ABC.CN . stock XCNQ CAD
ABC.NE . stock NEOE CAD
GGAL.BA . stock XBUE ARS
SQM-B.SN . stock XSGO CLP
ECOPETROL.CL . stock XBOG COP
WALMEX.MX . stock XMEX MXN
WSKT.JK . stock XIDX IDR
1155.KL . stock XKLS MYR
PTT.BK . stock XBKK THB
JFC.PS . stock XPHS PHP
VIC.VN . stock XSTC VND
2330.TW . stock XTAI TWD
6488.TWO . stock ROCO TWD
130A.T . stock XTKS JPY
1398.HK . stock XHKG HKD
AIR.NZ . stock XNZE NZD
M&M.NS . stock XNSE INR

^DJI . index XNYS USD
^IXIC . index XNAS USD
^TNX . index XNYS USD
^FTSE . index XLON GBP
^GDAXI . index XETR EUR
^STOXX50E . index XETR EUR
^FCHI . index XPAR EUR
^AEX . index XAMS EUR
^SSMI . index XSWX CHF
^ATX . index XWBO EUR
^N225 . index XTKS JPY
^HSI . index XHKG HKD
^AXJO . index XASX AUD
^GSPTSE . index XTSE CAD
^NSEI . index XNSE INR
^BSESN . index XBOM INR
^KS11 . index XKRX KRW
^TA125.TA . index XTAE ILS
^BVSP . index BVMF BRL
000001.SS . index XSHG CNY
FTSEMIB.MI . index XMIL EUR
DX-Y.NYB . index IFUS USD
N225 ^N225 index XTKS JPY
HSI . stock XNYS USD
^FOO . index XNYS USD

ES=F . future XCME USD
CL=F . future XNYM USD
ZC=F . future XCBT USD
KC=F . future IFUS USD
6E=F . future XCME USD
BTC=F . future XCME USD
ESZ25.CME . future XCME USD
GCG26.CMX . future XCEC USD
CLF26.NYM . future XNYM USD

RELIANCE . stock XNYS USD
HYUNDAI . stock XNYS USD
COUNTRY . stock XNYS USD
USDT . stock XNYS USD
`

export const expectedTickers: ReadonlyArray<ExpectedTicker> = rows
  .split("\n")
  .filter((row) => row !== "")
  .map((row) => {
    const [ticker = "", symbol = "", assetClass = "", market = "", currency = "", base] = row.split(" ")
    return {
      ticker,
      symbol: symbol === "." ? ticker : symbol,
      assetClass: assetClass as AssetClass,
      market,
      currency,
      base,
    }
  })

/** Texts that must be refused, with what must be among the suggestions (`undefined`: nothing can be suggested). */
export const refusedTickers: ReadonlyArray<readonly [text: string, suggestion: string | undefined]> = [
  ["AAPL240621C00190000", "AAPL"],
  ["A..B", "A.B"],
  [".L", "L"],
  ["AAPL.", "AAPL"],
  ["ABCDEFGHIJKLMNOP", undefined],
  ["", undefined],
  [" ", undefined],
  [" AAPL", "AAPL"],
  ["AAPL\n", "AAPL"],
  ["AAPL, MSFT", "MSFT"],
  ["BRK B", "BRK"],
  ["NASDAQ:AAPL", "AAPL"],
  ["../../x", "X"],
  ["..", undefined],
  ["/etc/passwd", "PASSWD"],
  ["etc/passwd", undefined],
  ["C:\\x", "X"],
  ["a\u0000b", undefined],
  ["AAPL\u202e", "AAPL"],
  ["\ud800", undefined],
  ["%2e%2e", undefined],
  ["~", undefined],
  ["-", undefined],
  ["BTC//USDT", undefined],
  ["BTC-USDT-X", undefined],
  ["BTC/BTC", undefined],
  ["USD=X", "EURUSD=X"],
  ["EUR=Y", undefined],
  ["^", undefined],
  ["A^B", undefined],
  ["ＡＡＰＬ", undefined],
  ["аapl", undefined],
  ["币安人生USDT", undefined],
  ["7203", "7203.T"],
  ["005930", "005930.KS"],
  ["1INCH", "1INCHUSDT"],
  ["BADGER", "BADGERUSDT"],
  ["ABC.XYZ", "ABC"],
  ["7203.US", undefined],
  ["FOO-PERP", undefined],
  ["X".repeat(33), undefined],
]
