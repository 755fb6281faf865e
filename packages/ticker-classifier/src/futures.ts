/** `ROOT name`, under the market that lists the contract. */
const byMarket: Readonly<Record<string, string>> = {
  XCEC: "GC gold, MGC micro gold, SI silver, SIL micro silver, HG copper",
  XNYM:
    "CL crude oil, MCL micro crude oil, QM E-mini crude oil, BZ Brent crude, NG natural gas, RB gasoline, " +
    "HO heating oil, PL platinum, PA palladium",
  XCME:
    "ES E-mini S&P 500, MES micro E-mini S&P 500, NQ E-mini Nasdaq 100, MNQ micro E-mini Nasdaq 100, " +
    "RTY E-mini Russell 2000, M2K micro E-mini Russell 2000, 6E euro, 6J yen, 6B pound, 6A Australian dollar, " +
    "6C Canadian dollar, 6S Swiss franc, 6N New Zealand dollar, 6M Mexican peso, BTC bitcoin, MBT micro bitcoin, " +
    "ETH ether, MET micro ether, LE live cattle, GF feeder cattle, HE lean hogs",
  XCBT:
    "YM E-mini Dow, MYM micro E-mini Dow, ZB 30-year bond, ZN 10-year note, ZF 5-year note, ZT 2-year note, ZC corn, " +
    "ZS soybeans, ZW wheat, KE hard red wheat, ZM soybean meal, ZL soybean oil, ZO oats, ZR rice",
  IFUS: "KC coffee, CC cocoa, SB sugar, CT cotton, OJ orange juice, DX US Dollar Index",
}

export interface FutureEntry {
  readonly market: string
  readonly name: string
}

const futures: ReadonlyMap<string, FutureEntry> = new Map(
  Object.entries(byMarket).flatMap(([market, contracts]) =>
    contracts.split(", ").map((contract) => {
      const root = contract.slice(0, contract.indexOf(" "))
      return [root, { market, name: contract.slice(root.length + 1) }] as const
    }),
  ),
)

/** The continuous contract of that root (`GC` of `GC=F`). All of them are quoted in US dollars or cents. */
export const findFuture = (root: string): FutureEntry | undefined => futures.get(root)

/** Yahoo dates its futures in New York time, also those of the Chicago exchanges. */
export const futuresTimeZone = "America/New_York"
