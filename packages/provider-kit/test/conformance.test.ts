import { type BarPage, barCount, type Instrument, sliceRows, type Timeframe } from "@barkeep/market-data"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { type BarProvider, type FetchFunction, ProviderError } from "../src/index.ts"
import { barProviderConformance, type ConformanceSetup } from "../src/testing.ts"
import type { LoopbackServer } from "./loopback-server.ts"
import { acme, createModelProvider, hour, listedAt, startModelVendor, trueBars } from "./model-vendor.ts"

let vendor: LoopbackServer
beforeAll(async () => {
  vendor = await startModelVendor()
})
afterAll(() => vendor[Symbol.asyncDispose]())

const range = { from: listedAt + 3 * hour, to: listedAt + 38 * hour }
const presentFrom = Date.now() - 20 * hour
const presentRange = { from: presentFrom, to: presentFrom + 25 * hour }
const unknownInstrument: Instrument = { ...acme, symbol: "NOSUCH" }

type Make = (options: { readonly fetch: FetchFunction }) => BarProvider

const setupOf = (makeProvider: Make): ConformanceSetup => ({
  makeProvider,
  instrument: acme,
  timeframe: "1h",
  range,
  expectedBars: trueBars(range, Date.now()),
  emptyRange: { from: listedAt - 30 * hour, to: listedAt },
  unknownInstrument,
  unsupportedTimeframe: "5m" satisfies Timeframe,
  now: () => Date.now(),
  presentRange,
  secrets: ["s3cr3t"],
})

const model: Make = ({ fetch }) => createModelProvider({ baseUrl: vendor.baseUrl, fetch })

describe("a provider that keeps the contract", () => {
  it.each(barProviderConformance(setupOf((options) => model(options))))("$name", ({ run }) => run())
})

/** The model with its pages, or the questions it is asked, spoiled. */
const spoiled =
  (spoil: (pages: AsyncIterable<BarPage>, asked: { to: number }) => AsyncIterable<BarPage>): Make =>
  (options) => {
    const provider = model(options)
    return {
      ...provider,
      bars: (request, callOptions) => spoil(provider.bars(request, callOptions), request.range),
    }
  }

const mapPages = (change: (page: BarPage, index: number) => BarPage): Make =>
  spoiled(async function* (pages) {
    let index = 0
    for await (const page of pages) {
      yield change(page, index)
      index += 1
    }
  })

const shifted = (page: BarPage): BarPage => ({
  ...page,
  bars: { ...page.bars, openTime: page.bars.openTime.map((time) => time - hour) },
})

const broken: ReadonlyArray<readonly [string, Make]> = [
  [
    "loses a row",
    mapPages((page) => ({ ...page, bars: sliceRows(page.bars, 0, Math.max(0, barCount(page.bars) - 1)) })),
  ],
  ["shifts rows", mapPages(shifted)],
  [
    "changes a price",
    mapPages((page) => ({
      ...page,
      bars: { ...page.bars, close: page.bars.open.map((price) => price + 0.5) },
    })),
  ],
  [
    "repeats a page",
    spoiled(async function* (pages) {
      for await (const page of pages) {
        yield page
        yield page
      }
    }),
  ],
  [
    "skips a page",
    spoiled(async function* (pages) {
      let index = 0
      for await (const page of pages) {
        if (index !== 1) yield page
        index += 1
      }
    }),
  ],
  [
    "swaps pages",
    spoiled(async function* (pages) {
      yield* (await Array.fromAsync(pages)).toReversed()
    }),
  ],
  [
    "claims too much coverage",
    spoiled(async function* (pages, { to }) {
      const all = await Array.fromAsync(pages)
      const last = all.pop()
      yield* all
      if (last !== undefined) yield { ...last, range: { from: last.range.from, to } }
    }),
  ],
  [
    "claims that the running bar is settled",
    spoiled(async function* (pages) {
      for await (const page of pages) yield { ...page, provenance: { ...page.provenance, settled: true } }
    }),
  ],
  [
    "forgets the adjustment",
    mapPages((page) => ({ ...page, provenance: { ...page.provenance, adjustment: "unknown" } })),
  ],
  [
    "signs for another vendor",
    mapPages((page) => ({ ...page, provenance: { ...page.provenance, provider: "other" } })),
  ],
  [
    "calls more than planned",
    (options) => {
      const provider = model(options)
      return {
        ...provider,
        bars: async function* (request, callOptions) {
          await Array.fromAsync(provider.bars(request, callOptions))
          yield* provider.bars(request, callOptions)
        },
      }
    },
  ],
  [
    "plans by asking",
    (options) => {
      const provider = model(options)
      return {
        ...provider,
        plan: (request) => {
          void options.fetch(vendor.baseUrl, {}).catch(() => {})
          return provider.plan(request)
        },
      }
    },
  ],
  [
    "does not hear the signal",
    (options) => {
      const provider = model(options)
      return { ...provider, bars: (request) => provider.bars(request) }
    },
  ],
  [
    "rejects an abort with an error of its own",
    (options) => {
      const provider = model(options)
      return {
        ...provider,
        bars: async function* (request, callOptions) {
          try {
            yield* provider.bars(request, callOptions)
          } catch (error) {
            throw error instanceof ProviderError ? error : new Error("aborted", { cause: error })
          }
        },
      }
    },
  ],
  [
    "answers an unknown symbol with nothing",
    (options) => {
      const provider = model(options)
      return {
        ...provider,
        bars: async function* (request, callOptions) {
          if (request.instrument.symbol === "ACME") yield* provider.bars(request, callOptions)
        },
      }
    },
  ],
  [
    "takes an outage for no bars",
    (options) => {
      const provider = model(options)
      return {
        ...provider,
        bars: async function* (request, callOptions) {
          try {
            yield* provider.bars(request, callOptions)
          } catch (error) {
            if (!(error instanceof ProviderError && error.reason._tag === "VendorOutage")) throw error
          }
        },
      }
    },
  ],
  [
    "shows its key",
    (options) => {
      const provider = model(options)
      return {
        ...provider,
        bars: async function* (request, callOptions) {
          try {
            yield* provider.bars(request, callOptions)
          } catch (error) {
            throw error instanceof ProviderError
              ? Object.assign(error, { url: "http://x/?key=s3cr3t" })
              : error
          }
        },
      }
    },
  ],
  [
    "makes up a first bar",
    (options) => {
      const provider = model(options)
      return { ...provider, firstBar: { call: { endpoint: "/hours", cost: {} }, find: async () => listedAt } }
    },
  ],
]

describe("the suite notices a provider that", () => {
  it.each(broken)("%s", async (_name, make) => {
    // An unheard abort would hang for the attempt's timeout; the other cases must not wait for it.
    const failed = await Promise.all(
      barProviderConformance(setupOf(make)).map(({ name, run }) =>
        Promise.race([
          run().then(
            () => undefined,
            () => name,
          ),
          new Promise<string>((resolve) => setTimeout(() => resolve(`${name} (hangs)`), 1500).unref()),
        ]),
      ),
    )
    expect(failed.filter((name) => name !== undefined)).not.toEqual([])
  })
})
