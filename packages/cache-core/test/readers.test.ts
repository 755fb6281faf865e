import { barCount, equalBars, findTilingIssue } from "@barkeep/market-data"
import { expect, it } from "vitest"
import { openCache } from "../src/index.ts"
import { startWriter } from "./child-process.ts"
import { barsAt, temporaryFolder } from "./support.ts"

it("readers beside a writer in another process see whole files only, and never fewer rows than before", async () => {
  const folder = temporaryFolder()
  const writer = startWriter(folder, "minutes", "0", "60")
  const state = { isWriting: true }
  const ended = writer.ended.finally(() => (state.isWriting = false))
  const cache = await openCache(folder)
  const sizes = new Set<number>()
  let largest = 0
  while (state.isWriting) {
    const bars = await cache.read("BTCUSDT", "1m")
    const rows = barCount(bars)
    expect(rows).toBeGreaterThanOrEqual(largest)
    expect(equalBars(bars, barsAt([...bars.openTime]))).toBe(true)
    largest = rows
    sizes.add(rows)
    let streamed = 0
    for await (const piece of cache.readBlocks("BTCUSDT", "1m")) streamed += barCount(piece)
    expect(streamed).toBeGreaterThanOrEqual(rows)
    largest = Math.max(largest, streamed)
    await new Promise((resolve) => void setImmediate(resolve))
  }
  expect(await ended).toBe(0)
  expect(sizes.size).toBeGreaterThan(3)
  const bars = await cache.read("BTCUSDT", "1m")
  expect(findTilingIssue(await cache.provenance("BTCUSDT", "1m"), bars.openTime)).toBeUndefined()
  expect((await cache.verify()).findings).toEqual([])
})
