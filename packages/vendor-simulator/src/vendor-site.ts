import type { IncomingHttpHeaders } from "node:http"
import type { EpochMillis } from "@barkeep/market-data"
import type { DeliveryFault } from "./faults.ts"

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

/** What a vendor makes of a request. */
export interface VendorReply {
  readonly endpoint: string
  readonly weight: number
  readonly answer: Answer
  /** How the answer is delivered badly. */
  readonly delivery: DeliveryFault | undefined
  /** The fault that shaped the reply or its delivery. */
  readonly fault: string | undefined
  /** The limit that refuses the request, of a vendor that says so with status 200. */
  readonly refusedBy?: string
  readonly insidePause: boolean
  readonly insideBan: boolean
}

/** One simulated vendor. Sites share a server; the first that claims a path gets it. */
export interface VendorSite {
  readonly vendor: string
  readonly claims: (path: string) => boolean
  readonly reply: (request: VendorRequest) => VendorReply
}
