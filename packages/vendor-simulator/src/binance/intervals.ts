import { type Timeframe, timeframes } from "@barkeep/market-data"

/** Binance's name of a timeframe; case sensitive, `1M` is a month. */
export const toTimeframe = (interval: string): Timeframe | undefined =>
  interval === "1M" ? "1mo" : timeframes.find((timeframe) => timeframe === interval && timeframe !== "1mo")

/** Intervals that Binance has and the simulator does not. */
export const otherIntervals: ReadonlyArray<string> = ["1s", "3d"]
