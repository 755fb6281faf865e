import { InvalidInput } from "@barkeep/market-data"
import ky from "ky"
import PQueue from "p-queue"
import { createAttempt } from "./attempt.ts"
import { AttemptFailure } from "./attempt-failure.ts"
import type { CallOptions } from "./bar-provider.ts"
import { type Decode, decodeBytes, decodeJson, decodeScanned, decodeText } from "./decode-answer.ts"
import type { CallCost, LimitFacts, Limiter } from "./limiter.ts"
import { ProviderError, type ProviderFailure, type ProviderOperation } from "./provider-error.ts"
import { createRedactor } from "./redact.ts"
import type { BytesAnswer, JsonAnswer, VendorAnswer } from "./vendor-answer.ts"
import type { Pace, VendorOptions } from "./vendor-options.ts"

export interface VendorClientOptions extends VendorOptions {
  readonly vendor: string
  /** `http` or `https`, without credentials and query; may have a path, which is put before every endpoint. */
  readonly baseUrl: string
  readonly limiter: Limiter
  readonly pace: Pace
  /** The vendor's own reading of an answer, of a successful one too; `undefined` leaves it to the status. Pure. */
  readonly classify?: (answer: VendorAnswer) => ProviderFailure | undefined
  /** What an answer's headers say of the vendor's count. Pure. */
  readonly limitFacts?: (answer: VendorAnswer) => LimitFacts | undefined
  /** Sent with every call. */
  readonly headers?: Readonly<Record<string, string>>
  /** Keys and tokens, which never leave in an error or a record. */
  readonly secrets?: ReadonlyArray<string>
  /** Largest body, decompressed. @default 33_554_432, 32 MiB */
  readonly maxBytes?: number
}

/** One GET. */
export interface VendorCall {
  /** Absolute path: `/api/v3/klines`. */
  readonly endpoint: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly cost: CallCost
  /** What an error says was being done. */
  readonly operation: Omit<ProviderOperation, "provider">
  /** @default the client's */
  readonly maxBytes?: number
  /**
   * For `json`: reads the usual successful body faster than `JSON.parse`, without the classification by text; what it
   * gives is the answer's `body`. `undefined` when it sees anything else. Pure.
   */
  readonly scan?: (bytes: Uint8Array) => unknown
}

/**
 * Calls of one vendor. Each method waits for the vendor's limits, retries what a retry can mend (transport faults,
 * broken bodies, outages, rate limits), and gives a complete answer or none. A rate limit or a ban stops all calls of
 * the vendor until it ends.
 * @throws {ProviderError} free of keys and URLs
 * @throws the signal's reason when aborted
 */
export interface VendorClient {
  readonly json: (call: VendorCall, options?: CallOptions) => Promise<JsonAnswer>
  readonly text: (call: VendorCall, options?: CallOptions) => Promise<VendorAnswer>
  readonly bytes: (call: VendorCall, options?: CallOptions) => Promise<BytesAnswer>
  /** A provider's own complaint about an answer as an error of this vendor, redacted. */
  readonly error: (operation: Omit<ProviderOperation, "provider">, reason: ProviderFailure) => ProviderError
}

const longestBackoffMillis = 5000

/** @throws {InvalidInput} for an unusable base URL, pace or concurrency */
export const createVendorClient = (options: VendorClientOptions): VendorClient => {
  const {
    vendor,
    pace,
    concurrency = 4,
    retries = 3,
    backoffMillis = 300,
    totalTimeoutMillis = 90_000,
  } = options
  const base = checkBaseUrl(options.baseUrl)
  const queue = createQueue(concurrency, pace)
  const attempt = createAttempt(options)
  const redactor = createRedactor(options.secrets ?? [])
  const error: VendorClient["error"] = (operation, reason) =>
    new ProviderError({ ...operation, provider: vendor }, redactor.value(reason))

  const send = async <A>(call: VendorCall, decode: Decode<A>, { signal }: CallOptions = {}): Promise<A> => {
    signal?.throwIfAborted()
    const url = urlOf(base, call)
    const sending = { call, url, decode, signal, attempts: 0, remainingMillis: totalTimeoutMillis }
    const answers: Array<A> = []
    // The limits sit inside ky's fetch, so that its retries pay too. ky only decides whether and when to try again:
    // it is told that an answer came, not which, and its messages show the URL it gets, so that has no query.
    const fetch = async (): Promise<Response> => {
      answers.push(await queue.add(() => attempt(sending), signal && { signal }))
      return new Response()
    }
    try {
      await ky(urlOf(base, { endpoint: call.endpoint }), {
        fetch,
        timeout: false,
        retry: {
          limit: retries,
          jitter: true,
          delay: (count) => backoffMillis * 2 ** (count - 1),
          backoffLimit: longestBackoffMillis,
          shouldRetry: ({ error: failed }) =>
            failed instanceof AttemptFailure && failed.isWorthRetrying && sending.remainingMillis > 0,
        },
        ...(signal && { signal }),
      })
    } catch (failed) {
      signal?.throwIfAborted()
      throw failed instanceof AttemptFailure ? error(call.operation, failed.reason) : failed
    }
    return answers[0] as A
  }

  return {
    json: (call, callOptions) =>
      send(call, call.scan === undefined ? decodeJson : decodeScanned(call.scan), callOptions),
    text: (call, callOptions) => send(call, decodeText, callOptions),
    bytes: (call, callOptions) => send(call, decodeBytes, callOptions),
    error,
  }
}

const createQueue = (concurrency: number, { calls, perMillis }: Pace): PQueue => {
  try {
    return new PQueue({ concurrency, intervalCap: calls, interval: perMillis, strict: true })
  } catch {
    const value = `${concurrency} at once, ${calls} per ${perMillis} ms`
    throw new InvalidInput({ field: "pace", value, expected: "whole positive numbers" })
  }
}

const checkBaseUrl = (text: string): URL => {
  const url = URL.parse(text)
  const expected = "an http(s) URL without credentials, query and fragment"
  // The value may hold a key, so it is not repeated.
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    `${url.username}${url.password}${url.search}${url.hash}` !== ""
  )
    throw new InvalidInput({ field: "baseUrl", value: url?.host ?? "the given text", expected })
  return url
}

const urlOf = (base: URL, { endpoint, query = {} }: Pick<VendorCall, "endpoint" | "query">): string => {
  const url = new URL(base)
  url.pathname = `${base.pathname.replace(/\/+$/, "")}${endpoint}`
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) url.searchParams.set(name, String(value))
  return url.href
}
