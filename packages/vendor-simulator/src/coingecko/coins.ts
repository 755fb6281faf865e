import { hashText } from "../random.ts"

/** An entry of the list of coins. */
export interface Coin {
  readonly id: string
  readonly symbol: string
  readonly name: string
}

/** CoinGecko's ids of assets that the simulated Binance trades. */
const knownIds: { readonly [asset: string]: readonly [id: string, name: string] } = {
  ADA: ["cardano", "Cardano"],
  BNB: ["binancecoin", "BNB"],
  BTC: ["bitcoin", "Bitcoin"],
  DOGE: ["dogecoin", "Dogecoin"],
  ETH: ["ethereum", "Ethereum"],
  LINK: ["chainlink", "Chainlink"],
  LTC: ["litecoin", "Litecoin"],
  PEPE: ["pepe", "Pepe"],
  SHIB: ["shiba-inu", "Shiba Inu"],
  SOL: ["solana", "Solana"],
  USDC: ["usd-coin", "USDC"],
  USDT: ["tether", "Tether"],
  XRP: ["ripple", "XRP"],
}

/** The id of the coin that an asset is; invented ones are called like their asset. */
export const coinIdOf = (asset: string): string => knownIds[asset]?.[0] ?? asset.toLowerCase()

/** Coins that nobody trades; some share the symbols of those that everybody does, and come first in the list. */
const namesakes: ReadonlyArray<Coin> = [
  { id: "barn-cat", symbol: "btc", name: "Barn Cat" },
  { id: "beige-token-coin", symbol: "btc", name: "Beige Token Coin" },
  { id: "sample-pegged-bitcoin", symbol: "btc", name: "Sample Pegged Bitcoin" },
  { id: "bridged-sample-ether", symbol: "eth", name: "Bridged Sample Ether" },
  { id: "early-thistle", symbol: "eth", name: "Early Thistle" },
  { id: "dog-of-doges", symbol: "doge", name: "Dog of Doges" },
  { id: "solar-lantern", symbol: "sol", name: "Solar Lantern" },
  { id: "1dance token", symbol: "1dt", name: "1Dance Token" },
  { id: "burrow-[old]", symbol: "brw", name: "Burrow [old]" },
  { id: "snow_fox", symbol: "sfx", name: "Snow_Fox" },
  { id: "nameless-ridge", symbol: "", name: "Nameless Ridge" },
]

const firstWords =
  "amber birch cedar dawn ember fern gold harbor ivory juniper kelp lunar maple north ocean pearl quartz river sage tidal"
const secondWords =
  "badger canyon dune eagle falcon grove heron inlet jetty knoll ledge meadow nest orchard pond"

const invented: ReadonlyArray<Coin> = firstWords.split(" ").flatMap((first) =>
  secondWords.split(" ").map((second) => ({
    id: `${first}-${second}`,
    // A third of them share theirs with others.
    symbol: hashText(first + second) % 3 === 0 ? `${first[0]}xt` : first.slice(0, 2) + second.slice(0, 2),
    name: `${capital(first)} ${capital(second)}`,
  })),
)

function capital(word: string): string {
  return word.replace(/^./, (letter) => letter.toUpperCase())
}

/** The list with the coins of the assets given, by id as CoinGecko sorts it; a few hundred coins. */
export const coinsList = (assets: Iterable<string>): ReadonlyArray<Coin> => {
  const traded = [...new Set(assets)].map((asset) => ({
    id: coinIdOf(asset),
    symbol: asset.toLowerCase(),
    name: knownIds[asset]?.[1] ?? asset,
  }))
  const ids = new Set(traded.map(({ id }) => id))
  return [...traded, ...[...namesakes, ...invented].filter(({ id }) => !ids.has(id))].toSorted((a, b) =>
    a.id < b.id ? -1 : 1,
  )
}
