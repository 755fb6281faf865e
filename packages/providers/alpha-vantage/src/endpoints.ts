/** Alpha Vantage's address. */
export const alphaVantageUrl = "https://www.alphavantage.co"

/** The one path of its API; `function` tells what is asked. @see https://www.alphavantage.co/documentation/ */
export const queryPath = "/query"

/** What is asked of Alpha Vantage, by its own names; plans and provenance call them so. */
export const functions = {
  intraday: "TIME_SERIES_INTRADAY",
  daily: "TIME_SERIES_DAILY",
  weekly: "TIME_SERIES_WEEKLY",
  monthly: "TIME_SERIES_MONTHLY",
  symbolSearch: "SYMBOL_SEARCH",
  splits: "SPLITS",
  dividends: "DIVIDENDS",
} as const

export type SeriesName = "intraday" | "daily" | "weekly" | "monthly"
