import assert from "node:assert/strict"
import type { BarRequest } from "../bar-provider.ts"
import type { ConformanceCase, ConformanceSetup } from "./bar-provider-conformance.ts"
import { collectPages, settle } from "./collect-pages.ts"
import { observeFetch } from "./observed-fetch.ts"

/** How a question ends before its answer. */
export const abortCases = (
  { makeProvider }: ConformanceSetup,
  request: BarRequest,
): ReadonlyArray<ConformanceCase> => [
  {
    name: "rejects with the signal's reason and asks nothing when aborted before",
    run: async () => {
      const observed = observeFetch()
      const reason = new Error("not wanted any more")
      const signal = AbortSignal.abort(reason)
      const provider = makeProvider({ fetch: observed.fetch })
      assert.equal(await rejection(collectPages(provider, request, { signal })), reason)
      assert.equal(observed.urls.length, 0)
    },
  },
  {
    name: "rejects with the signal's reason and stops its calls when aborted under way",
    run: async () => {
      const controller = new AbortController()
      const reason = new Error("not wanted any more")
      const observed = observeFetch(hangUntilAborted, () => queueMicrotask(() => controller.abort(reason)))
      const provider = makeProvider({ fetch: observed.fetch })
      assert.equal(await rejection(collectPages(provider, request, { signal: controller.signal })), reason)
      const { length } = observed.urls
      await settle()
      assert.equal(observed.urls.length, length, "no call after the abort")
      for (const signal of observed.signals)
        assert.equal(signal?.aborted, true, "calls under way are aborted")
    },
  },
  {
    name: "stops its calls when the reader stops reading",
    run: async () => {
      const observed = observeFetch()
      const provider = makeProvider({ fetch: observed.fetch })
      for await (const page of provider.bars(request)) {
        assert.ok(page.range.from === request.range.from)
        break
      }
      const { length } = observed.urls
      await settle()
      assert.equal(observed.urls.length, length, "no call after the reader left")
    },
  },
  {
    name: "reads on after the signal of an earlier question was aborted",
    run: async () => {
      const provider = makeProvider({ fetch: globalThis.fetch })
      const controller = new AbortController()
      const pages = await collectPages(provider, request, { signal: controller.signal })
      controller.abort(new Error("too late to matter"))
      assert.equal((await collectPages(provider, request)).length, pages.length)
    },
  },
]

const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => assert.fail("resolved although it was aborted"),
    (error: unknown) => error,
  )

const hangUntilAborted = (_url: string, { signal }: RequestInit): Promise<Response> =>
  new Promise((_resolve, reject) => {
    const onAbort = (): void => reject(signal?.reason)
    if (signal?.aborted === true) onAbort()
    signal?.addEventListener("abort", onAbort)
  })
