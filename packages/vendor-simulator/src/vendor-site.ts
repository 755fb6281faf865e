import type { IncomingHttpHeaders } from "node:http"
import type { EpochMillis } from "@barkeep/market-data"

/** A request as a simulated vendor sees it. */
export interface VendorRequest {
  readonly time: EpochMillis
  readonly method: string
  readonly path: string
  readonly parameters: URLSearchParams
  readonly headers: IncomingHttpHeaders
}

/** A complete HTTP answer. `Date` and `Content-Length` are added when it is sent. */
export interface Answer {
  readonly status: number
  readonly headers: { readonly [name: string]: string }
  readonly body: Buffer | string
}

/** How an answer reaches the client. Anything but `whole` is a fault. */
export type Delivery =
  | { readonly type: "whole" }
  /** The connection is reset before a byte is sent. */
  | { readonly type: "reset" }
  /** `Content-Length` promises the whole body, half of it comes, the connection breaks. */
  | { readonly type: "half-body" }
  /** The body comes in `chunks` pieces spread over `millis`. */
  | { readonly type: "slow-body"; readonly millis: number; readonly chunks: number }
  /** Nothing comes; after `millis`, where given, the answer. */
  | { readonly type: "hang"; readonly millis?: number }

/** What a vendor makes of a request. */
export interface VendorReply {
  readonly endpoint: string
  readonly weight: number
  readonly answer: Answer
  readonly delivery: Delivery
  /** The fault that shaped the reply. */
  readonly fault: string | undefined
  readonly insidePause: boolean
  readonly insideBan: boolean
}

/** One simulated vendor. Sites share a server; the first that claims a path gets it. */
export interface VendorSite {
  readonly vendor: string
  readonly claims: (path: string) => boolean
  readonly reply: (request: VendorRequest) => VendorReply
}
