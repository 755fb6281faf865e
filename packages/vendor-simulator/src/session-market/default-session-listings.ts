import { parseIsoTime } from "@barkeep/market-data"
import type { DividendPlan, SessionKind, SessionListing, SplitRatio } from "./session-listing.ts"

/** Symbol | name | kind | market | currency | listed | price | decimals of it | daily volume | more. */
const table = `
AAPL     | Apple Inc.                    | stock  | XNAS | USD | 2000-01-03 | 180   | 2 | 60000000   | split 2000-06-21 2:1, split 2005-02-28 2:1, split 2014-06-09 7:1, split 2020-08-31 4:1, pays 0.24 2-5-8-11 on 9 since 2012-08-01
MSFT     | Microsoft Corporation         | stock  | XNAS | USD | 2000-01-03 | 300   | 2 | 25000000   | split 2003-02-18 2:1, pays 0.68 2-5-8-11 on 15 since 2004-01-01
GOOGL    | Alphabet Inc.                 | stock  | XNAS | USD | 2004-08-19 | 130   | 2 | 28000000   | split 2022-07-18 20:1
AMZN     | Amazon.com, Inc.              | stock  | XNAS | USD | 2000-01-03 | 150   | 2 | 45000000   | split 2022-06-06 20:1
NVDA     | NVIDIA Corporation            | stock  | XNAS | USD | 2000-01-03 | 110   | 2 | 300000000  | split 2021-07-20 4:1, split 2024-06-10 10:1, pays 0.01 3-6-9-12 on 5 since 2012-11-01
TSLA     | Tesla, Inc.                   | stock  | XNAS | USD | 2010-06-29 | 220   | 2 | 95000000   | split 2020-08-31 5:1, split 2022-08-25 3:1
GE       | GE Aerospace                  | stock  | XNYS | USD | 2000-01-03 | 120   | 2 | 6000000    | split 2021-08-02 1:8, pays 0.08 3-6-9-12 on 6 since 2000-01-01
IBM      | International Business Machines | stock | XNYS | USD | 2000-01-03 | 150  | 2 | 4500000    | pays 1.66 2-5-8-11 on 9 since 2000-01-01
BRK-B    | Berkshire Hathaway Inc.       | stock  | XNYS | USD | 2000-01-03 | 350   | 2 | 3600000    | split 2010-01-21 50:1
SPY      | SPDR S&P 500                  | etf    | XNYS | USD | 2000-01-03 | 400   | 2 | 75000000   | pays 1.6 3-6-9-12 on 15 since 2000-01-01
QQQ      | Invesco QQQ Trust             | etf    | XNAS | USD | 2000-01-03 | 350   | 2 | 40000000   | split 2000-03-20 2:1
VFINX    | Vanguard 500 Index Fund       | fund   | XNYS | USD | 2000-01-03 | 380   | 2 | 0          | pays 1.5 3-6-9-12 on 20 since 2000-01-01
^GSPC    | S&P 500                       | index  | XNYS | USD | 2000-01-03 | 4000  | 2 | 3800000000 |
^N225    | Nikkei 225                    | index  | XTKS | JPY | 2000-01-04 | 28000 | 2 | 90000000   |
7203.T   | TOYOTA MOTOR CORP             | stock  | XTKS | JPY | 2000-01-04 | 2200  | 1 | 28000000   | split 2021-09-29 5:1, pays 30 3-9 on 28 since 2000-01-01
VOD.L    | VODAFONE GROUP PLC            | stock  | XLON | GBp | 2000-01-04 | 90    | 2 | 60000000   | split 2014-02-24 6:11, pays 3.8 6-11 on 21 since 2000-01-01
SAP.DE   | SAP SE                        | stock  | XETR | EUR | 2000-01-03 | 120   | 2 | 1500000    |
BHP.AX   | BHP GROUP LIMITED             | stock  | XASX | AUD | 2000-01-04 | 42    | 2 | 7000000    |
EURUSD=X | EUR/USD                       | fx     | 24/5 | USD | 2003-12-01 | 1.1   | 6 | 0          |
GBPUSD=X | GBP/USD                       | fx     | 24/5 | USD | 2003-12-01 | 1.28  | 6 | 0          |
JPY=X    | USD/JPY                       | fx     | 24/5 | JPY | 2003-12-01 | 135   | 3 | 0          |
GC=F     | Gold                          | future | XNYS | USD | 2000-08-30 | 1800  | 1 | 180000     |
BTC-USD  | Bitcoin USD                   | crypto | 24/7 | USD | 2014-09-17 | 30000 | 2 | 0          | follows BTCUSDT
ETH-USD  | Ethereum USD                  | crypto | 24/7 | USD | 2017-11-09 | 2000  | 2 | 0          | follows ETHUSDT
`

const toListing = (line: string): SessionListing => {
  const cells = line.split("|").map((cell) => cell.trim())
  const [symbol = "", name = "", kind, market = "", currency = "", listed] = cells
  const [price, priceDecimals, dailyVolume] = cells.slice(6).map(Number)
  const more = (cells[9] ?? "").split(", ")
  const splits = more.flatMap(readSplit)
  const [dividends] = more.flatMap(readDividends)
  const [follows] = more.flatMap((text) => /^follows (\S+)$/.exec(text)?.[1] ?? [])
  return {
    symbol,
    name,
    kind: kind as SessionKind,
    market,
    currency,
    listedAt: parseIsoTime(`${listed}T00:00:00Z`),
    price: price as number,
    priceDecimals: priceDecimals as number,
    dailyVolume: dailyVolume as number,
    ...(splits.length > 0 && { splits }),
    ...(dividends !== undefined && { dividends }),
    ...(follows !== undefined && { follows }),
  }
}

const readSplit = (text: string): ReadonlyArray<SplitRatio & { readonly date: string }> => {
  const [, date, numerator, denominator] = /^split (\S+) (\d+):(\d+)$/.exec(text) ?? []
  return date === undefined ? [] : [{ date, numerator: Number(numerator), denominator: Number(denominator) }]
}

const readDividends = (text: string): ReadonlyArray<DividendPlan> => {
  const [, amount, months = "", day, since] = /^pays (\S+) (\S+) on (\d+) since (\S+)$/.exec(text) ?? []
  return since === undefined
    ? []
    : [{ amount: Number(amount), months: months.split("-").map(Number), day: Number(day), since }]
}

/**
 * What a simulator lists unless told otherwise. Names, markets, dates of listings (none before 2000) and of splits follow the
 * real ones; days and amounts of dividends are a rule, all prices and volumes invented.
 */
export const defaultSessionListings: ReadonlyArray<SessionListing> = table.trim().split("\n").map(toListing)
