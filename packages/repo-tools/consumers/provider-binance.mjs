// Plans and fetches in plain JavaScript; an unknown pair is an error with a tag. Arguments: where Binance is.
import { createBinance, fromVendorSymbol } from "@barkeep/provider-binance"

const binance = createBinance({ baseUrl: process.argv[2] })
const range = { from: Date.UTC(2024, 0, 1), to: Date.UTC(2024, 0, 3) }
const known = fromVendorSymbol({ symbol: "ETHUSDT", base: "ETH", quote: "USDT" })
console.log(binance.plan({ instrument: known, timeframe: "1d", range }).length)
try {
  const unknown = fromVendorSymbol({ symbol: "NOPEUSDT", base: "NOPE", quote: "USDT" })
  for await (const page of binance.bars({ instrument: unknown, timeframe: "1d", range })) console.log(page)
} catch (error) {
  console.log(error._tag, error.reason._tag)
}
