import assert from "node:assert/strict"
import { barCount, equalBars, type EpochMillis, isEmptyRange } from "@barkeep/market-data"
import type { BarRequest } from "../bar-provider.ts"
import { checkPage } from "../check-page.ts"
import type { ConformanceCase, ConformanceSetup } from "./bar-provider-conformance.ts"
import { assertTiles, barsOf, collectPages } from "./collect-pages.ts"
import { observeFetch } from "./observed-fetch.ts"

/** What pages are, how they cover the question, and which calls they take. */
export const pageCases = (setup: ConformanceSetup, request: BarRequest): ReadonlyArray<ConformanceCase> => {
  const { expectedBars, emptyRange, endpointOf = (url: URL) => url.pathname } = setup
  const make = () => {
    const observed = observeFetch()
    return { observed, provider: setup.makeProvider({ fetch: observed.fetch }) }
  }
  const cases: Array<ConformanceCase> = [
    {
      name: "gives bars that ascend, are unique, lie on the grid and inside their page's range",
      run: async () => {
        const { provider } = make()
        const pages = await collectPages(provider, request)
        for (const [index, page] of pages.entries())
          assert.equal(
            checkPage({ ...request, range: page.range }, page.bars, provider.capabilities.anchor),
            undefined,
            `page ${index}`,
          )
        assert.ok(barCount(barsOf(pages)) > 0, "there are bars in the range of the setup")
        assert.equal(
          checkPage(request, barsOf(pages), provider.capabilities.anchor),
          undefined,
          "all pages together",
        )
      },
    },
    {
      name: "covers the whole range with disjoint, ascending pages",
      run: async () => {
        const pages = await collectPages(make().provider, request)
        assertTiles(pages, request.range)
        assert.equal(pages.at(-1)?.range.to, request.range.to)
      },
    },
    {
      name: "makes exactly the calls of its plan",
      run: async () => {
        const { observed, provider } = make()
        const plan = provider.plan(request)
        assert.equal(observed.urls.length, 0, "planning asks nothing")
        await collectPages(provider, request)
        assert.deepEqual(
          observed.urls.map(endpointOf).filter((endpoint) => endpoint !== undefined),
          plan.map((call) => call.endpoint),
        )
      },
    },
    {
      name: "plans the same every time, covering the range, at costs in its own budgets",
      run: async () => {
        const { provider } = make()
        const plan = provider.plan(request)
        assert.deepEqual(provider.plan(structuredClone(request)), plan)
        const budgets = provider.capabilities.budgets.map((budget) => budget.id)
        for (const call of plan)
          for (const [id, cost] of Object.entries(call.cost)) {
            assert.ok(budgets.includes(id), `budget ${id} is one of ${budgets.join(" ")}`)
            assert.ok(cost >= 0 && Number.isFinite(cost), `cost ${cost} of ${id}`)
          }
        assert.ok(Math.min(...plan.map((call) => call.range.from)) <= request.range.from)
        assert.ok(Math.max(...plan.map((call) => call.range.to)) >= request.range.to)
      },
    },
    {
      name: "makes no call and gives no page for an empty range",
      run: async () => {
        const { observed, provider } = make()
        const range = { from: request.range.from, to: request.range.from }
        assert.deepEqual(provider.plan({ ...request, range }), [])
        assert.deepEqual(await collectPages(provider, { ...request, range }), [])
        assert.equal(observed.urls.length, 0)
      },
    },
    {
      name: "gives the same bars when the range is split anywhere",
      run: async () => {
        const { provider } = make()
        const whole = barsOf(await collectPages(provider, request))
        for (const middle of splitPoints(request)) {
          const { from, to } = request.range
          const left = await collectPages(provider, { ...request, range: { from, to: middle } })
          const right = await collectPages(provider, { ...request, range: { from: middle, to } })
          assert.ok(equalBars(barsOf([...left, ...right]), whole), `split at ${middle} of ${from}..${to}`)
        }
      },
    },
    {
      name: "answers two questions at once without mixing them up",
      run: async () => {
        const { provider } = make()
        const { from, to } = request.range
        const half = { ...request, range: { from: splitPoints(request)[0] ?? from, to } }
        const [whole, part] = await Promise.all([
          collectPages(provider, request),
          collectPages(provider, half),
        ])
        assert.ok(equalBars(barsOf(whole), barsOf(await collectPages(provider, request))))
        assert.ok(equalBars(barsOf(part), barsOf(await collectPages(provider, half))))
      },
    },
    {
      name: "says of every page where it comes from",
      run: async () => {
        const { provider } = make()
        for (const { provenance } of await collectPages(provider, request)) {
          assert.equal(provenance.provider, provider.id)
          assert.notEqual(provenance.endpoint, "")
          assert.notEqual(provenance.method, "unknown")
          assert.equal(provenance.adjustment, provider.capabilities.adjustment)
          assert.ok(Number.isSafeInteger(provenance.fetchedAt) && provenance.fetchedAt > 0)
          assert.equal(provenance.settled, true, "the range of the setup is settled")
        }
      },
    },
    {
      name: "describes itself completely",
      run: async () => {
        const { id, capabilities } = make().provider
        assert.equal(capabilities.provider, id)
        assert.ok(
          capabilities.timeframes[request.timeframe] !== undefined,
          "offers the timeframe of the setup",
        )
        assert.ok(capabilities.assetClasses.includes(request.instrument.assetClass))
        assert.ok(capabilities.settleMillis >= 0)
        assert.ok(capabilities.sources.length > 0, "facts have sources")
        for (const { url } of capabilities.sources) assert.ok(URL.canParse(url), url)
        for (const budget of capabilities.budgets)
          assert.ok(budget.amount > 0 && budget.perMillis > 0, budget.id)
        const ids = capabilities.budgets.map((budget) => budget.id)
        assert.equal(new Set(ids).size, ids.length, "budget ids are unique")
      },
    },
  ]
  if (expectedBars !== undefined)
    cases.push({
      name: "loses, shifts and invents no bar",
      run: async () => {
        const bars = barsOf(await collectPages(make().provider, request))
        assert.deepEqual([...bars.openTime], [...expectedBars.openTime], "open times")
        assert.ok(equalBars(bars, expectedBars), "prices and volumes")
      },
    })
  if (emptyRange !== undefined && !isEmptyRange(emptyRange))
    cases.push({
      name: "covers a range without bars with empty pages",
      run: async () => {
        const pages = await collectPages(make().provider, { ...request, range: emptyRange })
        assert.equal(barCount(barsOf(pages)), 0)
        assertTiles(pages, emptyRange)
        assert.equal(pages.at(-1)?.range.to, emptyRange.to)
      },
    })
  return cases
}

/** Points on and off the grid: near both ends, in the middle, next to page boundaries of a thousand bars. */
const splitPoints = ({ range: { from, to } }: BarRequest): ReadonlyArray<EpochMillis> => {
  const middle = Math.floor((from + to) / 2)
  const points = [middle, middle + 1, from + 1, to - 1, middle - (middle % 60_000)]
  return points.filter((point) => point > from && point < to)
}
