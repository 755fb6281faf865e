/** What Yahoo and CoinGecko, or Yahoo alone, do instead of answering. */
export type YahooAnswerFault =
  /** 404 for a symbol (or a coin) that exists. */
  | { readonly type: "unknown-symbol" }
  /** Yahoo: 401 because of the crumb; where the crumb is asked for, a text that is none. */
  | { readonly type: "invalid-crumb" }
  /** Yahoo: the detour to the page that wants consent to cookies. */
  | { readonly type: "consent" }
  /** Yahoo: `{"chart":null}` */
  | { readonly type: "null-chart" }
  /** Yahoo: a web page with status 200 that says "Will be right back". */
  | { readonly type: "right-back" }

/** A page of bars that is wrong in a way Yahoo or CoinGecko have. Without the rows it needs, the page stays right. */
export type SessionFault =
  /** Every so many-th row has no values. */
  | {
      readonly type: "null-rows"
      /** @default 10 */
      readonly every?: number
    }
  /** The row in the middle is in pence, the others in pounds, so to speak. */
  | { readonly type: "hundredfold-row" }
  /** Coarser rows than asked for. */
  | { readonly type: "coarser-rows" }
