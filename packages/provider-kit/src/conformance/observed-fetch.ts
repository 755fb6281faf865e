import type { FetchFunction } from "../exchange.ts"

export interface ObservedFetch {
  /** To be given to the provider under test. */
  readonly fetch: FetchFunction
  /** What was asked so far, in order. */
  readonly urls: ReadonlyArray<URL>
  /** The signals of these requests. */
  readonly signals: ReadonlyArray<AbortSignal | null | undefined>
}

/**
 * A `fetch` that notes what is asked before it passes it on.
 * @param onCall told of every request before it is sent
 */
export const observeFetch = (
  send: FetchFunction = globalThis.fetch,
  onCall: (url: URL) => void = () => {},
): ObservedFetch => {
  const urls: Array<URL> = []
  const signals: Array<AbortSignal | null | undefined> = []
  return {
    urls,
    signals,
    fetch: (text, init) => {
      const url = new URL(text)
      urls.push(url)
      signals.push(init.signal)
      onCall(url)
      return send(text, init)
    },
  }
}
