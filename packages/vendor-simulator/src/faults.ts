import type { Delivery } from "./vendor-site.ts"

/** Something that goes wrong with one answer. */
export type Fault =
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
  | { readonly type: "reset" }
  | { readonly type: "half-body" }
  | {
      readonly type: "slow-body"
      /** Real time over which the body comes. @default 2000 */
      readonly millis?: number
      /** @default 10 */
      readonly chunks?: number
    }
  | {
      readonly type: "hang"
      /** Real time after which the answer comes; without it, never. */
      readonly millis?: number
    }
  /** The right body under a wrong `Content-Type`. */
  | {
      readonly type: "wrong-content-type"
      /** @default "text/html" */
      readonly contentType?: string
    }
  /** A body that stops in the middle, under a `Content-Length` that fits. */
  | { readonly type: "truncated-json" }
  /** A body that says it is gzip and is not. */
  | { readonly type: "gzip-garbage" }
  /** No row, where there are some. */
  | { readonly type: "empty-page" }
  /** The page before, again, instead of the one asked for; needs an earlier request of the same series. */
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
   * The bar that is open now is missing, there twice, followed by one of the future; or the bar that has just
   * closed still shows unfinished numbers.
   */
  | { readonly type: "open-bar"; readonly oddity: "absent" | "repeated" | "ahead" | "unsettled" }

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

/** How a fault that is not about what is said reaches the client. */
export const deliveryOf = (fault: Fault | undefined): Delivery => {
  switch (fault?.type) {
    case "reset":
    case "half-body":
      return { type: fault.type }
    case "slow-body":
      return { type: "slow-body", millis: fault.millis ?? 2000, chunks: fault.chunks ?? 10 }
    case "hang":
      return { type: "hang", ...(fault.millis === undefined ? {} : { millis: fault.millis }) }
    default:
      return { type: "whole" }
  }
}
