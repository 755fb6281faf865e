/** How a setting is checked. */
export type SettingKind = "text" | "url" | "list" | "secret" | { readonly oneOf: ReadonlyArray<string> }

/** One setting: its name in the environment and in `.env`; its key in `barkeep.config.json` is its name here. */
export interface Setting {
  readonly variable: string
  readonly kind: SettingKind
  /** For `--help` and `barkeep config`. */
  readonly meaning: string
}

/** Every setting there is. */
export const settings = {
  cacheDir: { variable: "BARKEEP_CACHE_DIR", kind: "text", meaning: "folder of the cache" },
  stateDir: {
    variable: "BARKEEP_STATE_DIR",
    kind: "text",
    meaning: "folder of the limit ledger and the audit log, shared by all caches of a user",
  },
  symbols: {
    variable: "BARKEEP_SYMBOLS",
    kind: "list",
    meaning: "what populate fetches into an empty cache",
  },
  intervals: { variable: "BARKEEP_INTERVALS", kind: "list", meaning: "and at which timeframes" },
  alphaVantageKey: { variable: "ALPHA_VANTAGE_KEY", kind: "secret", meaning: "key of Alpha Vantage" },
  alphaVantageTier: {
    variable: "ALPHA_VANTAGE_TIER",
    kind: { oneOf: ["free", "premium"] },
    meaning: "what the key is entitled to",
  },
  coingeckoKey: { variable: "COINGECKO_API_KEY", kind: "secret", meaning: "key of CoinGecko" },
  coingeckoTier: {
    variable: "COINGECKO_TIER",
    kind: { oneOf: ["keyless", "demo", "analyst"] },
    meaning: "what the key is entitled to",
  },
  binanceUrl: { variable: "BARKEEP_BINANCE_URL", kind: "url", meaning: "address of Binance's API" },
  binanceArchiveUrl: {
    variable: "BARKEEP_BINANCE_ARCHIVE_URL",
    kind: "url",
    meaning: "address of Binance's archive",
  },
  yahooUrl: { variable: "BARKEEP_YAHOO_URL", kind: "url", meaning: "address of Yahoo Finance" },
  alphaVantageUrl: {
    variable: "BARKEEP_ALPHA_VANTAGE_URL",
    kind: "url",
    meaning: "address of Alpha Vantage",
  },
  coingeckoUrl: { variable: "BARKEEP_COINGECKO_URL", kind: "url", meaning: "address of CoinGecko" },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as ReadonlyArray<SettingName>

export const isSecret = (name: SettingName): boolean => settings[name].kind === "secret"
