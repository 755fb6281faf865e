/** What Alpha Vantage says instead of answering, with status 200. */
export type AlphaVantageAnswerFault =
  /** Alpha Vantage: `{}` and nothing else. */
  | { readonly type: "empty-object" }
  /** Alpha Vantage: the rate limit in the words of 2018, as a `Note`. */
  | { readonly type: "old-note" }
  /** Alpha Vantage: the day's calls are used up, though they are not; the text repeats the key. */
  | { readonly type: "key-echo" }

/** A series of Alpha Vantage with something wrong in it. Where it does not apply the series stays right. */
export type SeriesFault =
  /** Alpha Vantage: every row has the numbers of the newest one, as where a plan does not include the data. */
  | { readonly type: "placeholder-rows" }
  /** Alpha Vantage: times of intraday rows mark the ends of their bars, as they did until about 2020. */
  | { readonly type: "end-labels" }
  /** Alpha Vantage: CSV that stops early, under a `Content-Length` that fits. */
  | {
      readonly type: "truncated-csv"
      /** Inside a row, or with its line end. @default "row" */
      readonly cut?: "row" | "line"
    }
