import type { AlphaVantageAnswerFault, SeriesFault } from "./alpha-vantage/alpha-vantage-faults.ts"
import type { CoingeckoAnswerFault } from "./coingecko/coingecko-faults.ts"
import type { SessionFault, YahooAnswerFault } from "./yahoo/yahoo-faults.ts"

/** An answer of its own instead of the asked one. */
export type AnswerFault =
  /** 429 that asks to wait; asking earlier counts as ignoring it. */
  | {
      readonly type: "rate-limited"
      /** @default 5 */
      readonly retryAfterSeconds?: number
      /** How the header says it. @default "seconds" */
      readonly retryAfterAs?: "seconds" | "date" | "absent"
    }
  /** 418; every request until its end is refused. */
  | {
      readonly type: "banned"
      /** @default 120 */
      readonly seconds?: number
    }
  /** 451, the place of the client is not served. */
  | { readonly type: "geo-blocked" }
  /** 403 of a firewall, HTML. */
  | { readonly type: "firewall" }
  | {
      readonly type: "server-error"
      /** 500 to 599. @default 500 */
      readonly status?: number
    }
  /** 503, the vendor is busy. */
  | { readonly type: "overloaded" }

/** The right answer, badly delivered. */
export type DeliveryFault =
  /** The connection is reset before a byte is sent. */
  | { readonly type: "reset" }
  /** `Content-Length` promises the whole body, half of it comes, the connection breaks. */
  | { readonly type: "half-body" }
  | {
      readonly type: "slow-body"
      /** Real time over which the body comes. @default 2000 */
      readonly millis?: number
      /** In how many pieces. @default 10 */
      readonly chunks?: number
    }
  | {
      readonly type: "hang"
      /** Real time after which the answer comes; without it, never. */
      readonly millis?: number
    }

/** The right answer in the wrong form. */
export type FormFault =
  | {
      readonly type: "wrong-content-type"
      /** @default "text/html" */
      readonly contentType?: string
    }
  /** A body that stops in the middle, under a `Content-Length` that fits. */
  | { readonly type: "truncated-json" }
  /** A body that says it is gzip and is not. */
  | { readonly type: "gzip-garbage" }

/** A page of bars with something wrong in it. Without the bars it needs, the page stays right. */
export type PageFault =
  /** No row, where there are some. */
  | { readonly type: "empty-page" }
  /** The page before, again, instead of the one asked for; needs an earlier request for the same series. */
  | { readonly type: "duplicated-page" }
  /** Two rows have changed places. */
  | { readonly type: "unordered-page" }
  /** The row in the middle is damaged. */
  | {
      readonly type: "bad-row"
      /** @default "null" */
      readonly defect?: "null" | "short" | "text" | "off-grid" | "inconsistent"
    }
  /**
   * The bar that is open now is missing, there twice, or followed by one of the future; or the bar that has just
   * closed still shows unfinished numbers.
   */
  | { readonly type: "open-bar"; readonly oddity: "absent" | "repeated" | "ahead" | "unsettled" }

/** A file of Binance's archive with something wrong in it. */
export type FileFault =
  /** A zip that stops in the middle, under a `Content-Length` that fits. */
  | { readonly type: "truncated-zip" }
  /** The checksum of another file. */
  | { readonly type: "wrong-checksum" }
  /** The file is another one from this request on, with its own checksum: a volume in it differs. */
  | { readonly type: "republished-file" }
  /** From this request on four hours of the month's middle day, or of the day, open 14.789 s late. */
  | { readonly type: "off-grid-rows" }
  /** From this request on the month lacks its middle day, the day everything after 18:50. */
  | { readonly type: "missing-rows" }
  /** From this request on a month of weeks lacks the week that ends in the next month. */
  | { readonly type: "missing-mondays" }

/** Something that goes wrong with one answer. */
export type Fault =
  | AnswerFault
  | DeliveryFault
  | FormFault
  | PageFault
  | FileFault
  | AlphaVantageAnswerFault
  | SeriesFault
  | YahooAnswerFault
  | CoingeckoAnswerFault
  | SessionFault

export type FaultType = Fault["type"]

/** Which requests a rule is about: all that agree with everything given. */
export interface FaultMatch {
  readonly vendor?: string
  readonly endpoint?: string
  /** Query parameters with exactly these values. */
  readonly parameters?: { readonly [name: string]: string }
}

/** A fault and the requests it hits: those that match and for which everything else given holds. */
export interface FaultRule {
  readonly match?: FaultMatch
  /** Chance per matching request, `0` to `1`; drawn from the simulator's seed. */
  readonly probability?: number
  /** Only these of the matching requests, counted from 1. */
  readonly nth?: number | ReadonlyArray<number>
  /** Only every so many-th of the matching requests. */
  readonly every?: number
  /** At most so many times. */
  readonly times?: number
  readonly fault: Fault
}

type Family =
  | "answer"
  | "delivery"
  | "form"
  | "page"
  | "file"
  | "alpha-vantage answer"
  | "series"
  | "vendor"
  | "session"

const families: { readonly [type in FaultType]: Family } = {
  "rate-limited": "answer",
  banned: "answer",
  "geo-blocked": "answer",
  firewall: "answer",
  "server-error": "answer",
  overloaded: "answer",
  reset: "delivery",
  "half-body": "delivery",
  "slow-body": "delivery",
  hang: "delivery",
  "wrong-content-type": "form",
  "truncated-json": "form",
  "gzip-garbage": "form",
  "empty-page": "page",
  "duplicated-page": "page",
  "unordered-page": "page",
  "bad-row": "page",
  "open-bar": "page",
  "truncated-zip": "file",
  "wrong-checksum": "file",
  "republished-file": "file",
  "off-grid-rows": "file",
  "missing-rows": "file",
  "missing-mondays": "file",
  "empty-object": "alpha-vantage answer",
  "old-note": "alpha-vantage answer",
  "key-echo": "alpha-vantage answer",
  "placeholder-rows": "series",
  "end-labels": "series",
  "truncated-csv": "series",
  "unknown-symbol": "vendor",
  "invalid-crumb": "vendor",
  consent: "vendor",
  "null-chart": "vendor",
  "right-back": "vendor",
  throttled: "vendor",
  cloudflare: "vendor",
  "null-rows": "session",
  "hundredfold-row": "session",
  "coarser-rows": "session",
}

export const isAnswerFault = (fault: Fault): fault is AnswerFault => families[fault.type] === "answer"
export const isDeliveryFault = (fault: Fault): fault is DeliveryFault => families[fault.type] === "delivery"
export const isFormFault = (fault: Fault): fault is FormFault => families[fault.type] === "form"
export const isPageFault = (fault: Fault): fault is PageFault => families[fault.type] === "page"
export const isSessionFault = (fault: Fault): fault is SessionFault => families[fault.type] === "session"
export const isSeriesFault = (fault: Fault): fault is SeriesFault => families[fault.type] === "series"
