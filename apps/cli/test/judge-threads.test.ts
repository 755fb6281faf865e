import type { Bars } from "@barkeep/market-data"
import { openCache } from "@barkeep/cache-core"
import { validateSymbol } from "@barkeep/validation"
import { describe, expect, it } from "vitest"
import { columnMemory } from "../src/column-memory.ts"
import { judgeThreads, threadsFor } from "../src/judge-threads.ts"
import { validationSource } from "../src/validation-source.ts"
import { makeCache } from "./validated-cache.ts"

describe("judging threads", () => {
  it("find what one thread finds, symbol after symbol", async () => {
    const folder = await makeCache()
    const source = validationSource(await openCache(folder))
    const groups = [...Map.groupBy(await source.entries(), (entry) => entry.symbol).values()]
    const threads = judgeThreads(folder, 2)
    const years: Array<string> = []
    try {
      const options = { now: Date.UTC(2026, 0) }
      const found = await Promise.all(
        groups.map((entries) =>
          threads.judge(entries, {
            ...options,
            onYear: ({ timeframe, year }) => years.push(`${timeframe} ${year}`),
          }),
        ),
      )
      const here = await Promise.all(groups.map((entries) => validateSymbol(source, entries, options)))
      expect(found).toEqual(here)
      expect(years.toSorted()).toEqual(["1d 2022", "1d 2023", "1d 2023", "1h 2022", "1h 2023"])
    } finally {
      await threads.close()
    }
  })

  it("stop with the signal's reason, and say what broke them", async () => {
    const folder = await makeCache()
    const entries = await validationSource(await openCache(folder)).entries()
    const reason = new Error("enough")
    const threads = judgeThreads(folder, 2)
    const controller = new AbortController()
    const running = threads.judge(entries.slice(0, 1), {
      signal: controller.signal,
      onYear: () => controller.abort(reason),
    })
    await expect(running).rejects.toBe(reason)
    await threads.close()
    const broken = judgeThreads(folder, 2, new URL("data:text/javascript,throw new Error('no such thread')"))
    await expect(broken.judge(entries.slice(0, 1), {})).rejects.toThrow("no such thread")
  })

  it("are started only for what is large, and of several symbols", () => {
    const large = 100 * 2 ** 20
    expect(threadsFor([large, large], 8)).toBe(2)
    expect(threadsFor([large], 8)).toBe(1)
    expect(threadsFor([1000, 1000], 8)).toBe(1)
    expect(threadsFor([large, large, large], 1)).toBe(1)
    expect(
      threadsFor(
        Array.from({ length: 50 }, () => large),
        64,
      ),
    ).toBe(4)
  })
})

describe("memory for columns", () => {
  it("is lent again when it was given back, the smallest that has room", () => {
    const { lend, giveBack } = columnMemory()
    const columns = (memory: Float64Array): Bars => {
      const column = memory.subarray(0, 1)
      return { openTime: column, open: column, high: column, low: column, close: column, volume: column }
    }
    const [large, small] = [lend(200_000), lend(100)]
    giveBack(columns(large))
    giveBack(columns(small))
    expect(lend(50).buffer).toBe(small.buffer)
    expect(lend(50).buffer).toBe(large.buffer)
    expect(lend(50).buffer).not.toBe(large.buffer)
    giveBack(columns(new Float64Array(10)))
    expect(lend(5).length).toBeGreaterThan(10)
  })
})
