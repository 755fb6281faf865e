/** The part of `fetch` that is used; `globalThis.fetch` is one. Redirects are not followed. */
export type FetchFunction = (url: string, init: RequestInit) => Promise<Response>

export interface ExchangeRequest {
  readonly fetch: FetchFunction
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal | undefined
  /** From the start to the last byte of the body. */
  readonly timeoutMillis: number
  readonly maxBytes: number
  /** Called when the answer begins: the vendor has seen the request by then. */
  readonly onHeaders: () => void
}

export interface RawAnswer {
  readonly status: number
  readonly headers: Headers
  readonly bytes: Uint8Array
}

/** The answer's body is larger than allowed; the rest of it was not read. */
export class BodyTooLarge extends Error {
  override readonly name = "BodyTooLarge"
  readonly maxBytes: number

  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes} bytes`)
    this.maxBytes = maxBytes
  }
}

/**
 * One HTTP exchange, read to its end: an answer is there completely or not at all.
 * @throws {BodyTooLarge} as soon as more than `maxBytes` have come (after decompression)
 * @throws the signal's reason when aborted; any other error is a failure of the transport
 */
export const exchange = async (request: ExchangeRequest): Promise<RawAnswer> => {
  const { fetch, url, headers, signal, timeoutMillis, maxBytes, onHeaders } = request
  signal?.throwIfAborted()
  const controller = new AbortController()
  const onAbort = (): void => controller.abort(signal?.reason)
  signal?.addEventListener("abort", onAbort, { once: true })
  const timer = setTimeout(
    () => controller.abort(new Error(`no complete answer within ${timeoutMillis} ms`)),
    timeoutMillis,
  )
  try {
    const response = await fetch(url, { headers, signal: controller.signal, redirect: "manual" })
    onHeaders()
    return { status: response.status, headers: response.headers, bytes: await readBody(response, maxBytes) }
  } catch (error) {
    // A custom fetch may wrap what it was aborted with; the caller is owed the reason itself.
    controller.signal.throwIfAborted()
    throw error
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener("abort", onAbort)
  }
}

const readBody = async (response: Response, maxBytes: number): Promise<Uint8Array> => {
  const { body } = response
  if (body === null) return new Uint8Array(0)
  const announced = Number(response.headers.get("content-length") ?? 0)
  const reader = body.getReader()
  const chunks: Array<Uint8Array> = []
  let size = 0
  for (;;) {
    if (Math.max(size, announced) > maxBytes) {
      const tooLarge = new BodyTooLarge(maxBytes)
      // The connection is given up anyway; how that ends does not matter.
      reader.cancel(tooLarge).catch(() => {})
      throw tooLarge
    }
    const { done, value } = await reader.read()
    if (done) return chunks.length === 1 ? (chunks[0] as Uint8Array) : Buffer.concat(chunks, size)
    chunks.push(value)
    size += value.byteLength
  }
}
