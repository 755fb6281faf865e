// Fetches two days of hours, typed. Arguments: where Binance is.
import { createBinance, fromVendorSymbol } from "@barkeep/provider-binance"

const binance = createBinance({ baseUrl: process.argv[2] ?? "" })
const instrument = fromVendorSymbol({ symbol: "BTCUSDT", base: "BTC", quote: "USDT" })
const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 3) }
const times: Array<number> = []
for await (const page of binance.bars({ instrument, timeframe: "1h", range }))
  times.push(...page.bars.openTime)
console.log(
  times.length,
  times.every((time, row) => time === range.from + row * 3_600_000),
)
