import { logLevels } from "./log.ts"

/** How a setting is checked. */
export type SettingKind = "text" | "url" | "list" | "secret" | { readonly oneOf: ReadonlyArray<string> }

/** One setting: its name in the environment and in `.env`; its key in `barkeep.config.json` is its name here. */
export interface Setting {
  readonly variable: string
  readonly kind: SettingKind
  /** For `--help` and `barkeep config`. */
  readonly meaning: string
  /** It only matters to commands that ask vendors. */
  readonly forVendors?: true
}

/** Every setting there is. */
export const settings = {
  cacheDir: { variable: "BARKEEP_CACHE_DIR", kind: "text", meaning: "folder of the cache" },
  stateDir: {
    variable: "BARKEEP_STATE_DIR",
    kind: "text",
    meaning: "folder of the limit ledger, the audit log and the log file, shared by all caches of a user",
  },
  logLevel: {
    variable: "BARKEEP_LOG_LEVEL",
    kind: { oneOf: logLevels },
    meaning: "least severe of the lines shown and logged: debug, info, warn, error, none",
  },
  symbols: {
    variable: "BARKEEP_SYMBOLS",
    kind: "list",
    meaning: "what populate fetches into an empty cache",
    forVendors: true,
  },
  intervals: {
    variable: "BARKEEP_INTERVALS",
    kind: "list",
    meaning: "and at which timeframes",
    forVendors: true,
  },
  overridesFile: {
    variable: "BARKEEP_OVERRIDES_FILE",
    kind: "text",
    meaning: "JSON file that says what a symbol is and whom to ask for it, where the rules are wrong",
    forVendors: true,
  },
  alphaVantageKey: {
    variable: "ALPHA_VANTAGE_KEY",
    kind: "secret",
    meaning: "key of Alpha Vantage",
    forVendors: true,
  },
  alphaVantageTier: {
    variable: "ALPHA_VANTAGE_TIER",
    kind: { oneOf: ["free", "premium"] },
    meaning: "what the key is entitled to",
    forVendors: true,
  },
  coingeckoKey: {
    variable: "COINGECKO_API_KEY",
    kind: "secret",
    meaning: "key of CoinGecko",
    forVendors: true,
  },
  coingeckoTier: {
    variable: "COINGECKO_TIER",
    kind: { oneOf: ["keyless", "demo", "analyst"] },
    meaning: "what the key is entitled to",
    forVendors: true,
  },
  coingeckoCoins: {
    variable: "COINGECKO_COINS",
    kind: "list",
    meaning: "CoinGecko's ids of coins that are not well known, by asset: NEW=new-token,ABC=abc-coin",
    forVendors: true,
  },
  binanceUrl: {
    variable: "BARKEEP_BINANCE_URL",
    kind: "url",
    meaning: "address of Binance's API",
    forVendors: true,
  },
  binanceArchiveUrl: {
    variable: "BARKEEP_BINANCE_ARCHIVE_URL",
    kind: "url",
    meaning: "address of Binance's archive",
    forVendors: true,
  },
  yahooUrl: {
    variable: "BARKEEP_YAHOO_URL",
    kind: "url",
    meaning: "address of Yahoo Finance",
    forVendors: true,
  },
  alphaVantageUrl: {
    variable: "BARKEEP_ALPHA_VANTAGE_URL",
    kind: "url",
    meaning: "address of Alpha Vantage",
    forVendors: true,
  },
  coingeckoUrl: {
    variable: "BARKEEP_COINGECKO_URL",
    kind: "url",
    meaning: "address of CoinGecko",
    forVendors: true,
  },
} as const satisfies Readonly<Record<string, Setting>>

export type SettingName = keyof typeof settings

export const settingNames = Object.keys(settings) as ReadonlyArray<SettingName>

export const isSecret = (name: SettingName): boolean => settings[name].kind === "secret"
