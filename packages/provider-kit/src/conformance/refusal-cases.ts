import assert from "node:assert/strict"
import { inspect } from "node:util"
import type { BarRequest } from "../bar-provider.ts"
import type { FetchFunction } from "../exchange.ts"
import { isRetryable, ProviderError } from "../provider-error.ts"
import type { ConformanceCase, ConformanceSetup } from "./bar-provider-conformance.ts"
import { failureOf } from "./collect-pages.ts"
import { observeFetch } from "./observed-fetch.ts"

/** What a provider says when it cannot answer. */
export const refusalCases = (
  setup: ConformanceSetup,
  request: BarRequest,
): ReadonlyArray<ConformanceCase> => {
  const { makeProvider, unknownInstrument, unsupportedTimeframe, secrets = [] } = setup
  const cases: Array<ConformanceCase> = [
    {
      name: "fails with SymbolNotFound and the symbol when the vendor does not know the instrument",
      run: async () => {
        const { error, pages } = await failureOf(makeProvider({ fetch: globalThis.fetch }), {
          ...request,
          instrument: unknownInstrument,
        })
        assert.equal(error.reason._tag, "SymbolNotFound")
        assert.equal(error.symbol, unknownInstrument.symbol)
        assert.equal(pages, 0)
      },
    },
    ...faults.map(({ name, fetch, accepts }) => ({
      name,
      run: async () => {
        const { error, rows } = await failureOf(makeProvider({ fetch }), request)
        assert.ok(accepts(error), `${error._tag} ${error.reason._tag} ${error.message}`)
        assert.equal(rows, 0, "nothing of a failed call is yielded")
        assertNoSecret(error, secrets)
      },
    })),
    {
      name: "finds the first bar of an instrument, and says when it does not know the instrument",
      run: async () => {
        const observed = observeFetch()
        const { firstBar } = makeProvider({ fetch: observed.fetch })
        if (firstBar === undefined) return
        const first = await firstBar.find(request.instrument, request.timeframe)
        assert.ok(first !== undefined && first < request.range.to, `first bar at ${first}`)
        assert.equal(observed.urls.length, 1, "takes one call")
        await assert.rejects(firstBar.find(unknownInstrument, request.timeframe), isSymbolNotFound)
      },
    },
  ]
  if (unsupportedTimeframe !== undefined)
    cases.push({
      name: "refuses a timeframe that the vendor does not offer before any call",
      run: async () => {
        const observed = observeFetch()
        const provider = makeProvider({ fetch: observed.fetch })
        const unsupported = { ...request, timeframe: unsupportedTimeframe }
        assert.throws(() => provider.plan(unsupported), isUnsupportedTimeframe)
        const { error } = await failureOf(provider, unsupported)
        assert.ok(isUnsupportedTimeframe(error))
        assert.equal(observed.urls.length, 0)
      },
    })
  return cases
}

const isSymbolNotFound = (error: unknown): boolean =>
  error instanceof ProviderError && error.reason._tag === "SymbolNotFound"

const isUnsupportedTimeframe = (error: unknown): boolean =>
  error instanceof ProviderError && error.reason._tag === "UnsupportedTimeframe"

interface Fault {
  readonly name: string
  readonly fetch: FetchFunction
  readonly accepts: (error: ProviderError) => boolean
}

const faults: ReadonlyArray<Fault> = [
  {
    name: "fails with a typed error on a web page with status 200",
    fetch: async () =>
      new Response("<html><body>Will be right back</body></html>", {
        headers: { "content-type": "text/html" },
      }),
    accepts: (error) => error.reason._tag === "MalformedResponse" || isRetryable(error.reason),
  },
  {
    name: "fails with a typed error on a body that was cut off",
    fetch: async () =>
      new Response(`{"chart":{"result":[{"meta`, { headers: { "content-type": "application/json" } }),
    accepts: (error) => error.reason._tag === "MalformedResponse" || isRetryable(error.reason),
  },
  {
    name: "fails with VendorOutage when the vendor is down",
    fetch: async () => new Response("", { status: 503 }),
    accepts: (error) => error.reason._tag === "VendorOutage" && error.reason.status === 503,
  },
  {
    name: "fails with NetworkFailure when the vendor cannot be reached, without showing the address asked",
    fetch: async (url) => {
      throw new TypeError("fetch failed", { cause: new Error(`connect ECONNREFUSED for ${url}`) })
    },
    accepts: (error) => error.reason._tag === "NetworkFailure",
  },
]

const assertNoSecret = (error: ProviderError, secrets: ReadonlyArray<string>): void => {
  const shown = `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${inspect(error, { depth: 10, showHidden: true })}`
  for (const secret of secrets) assert.ok(!shown.includes(secret), "a key shows in the error")
}
