import { readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { barsFromRows, equalBars } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { type DonorAnswer, openCache } from "../src/index.ts"
import { barsAt, day, hour, noon, openTemporary, provenance, times } from "./support.ts"

const newYear = Date.UTC(2024, 0, 1)

const answerOf = (changes: Partial<DonorAnswer> = {}): DonorAnswer => ({
  donor: "coingecko",
  symbol: "BTC/USDT",
  timeframe: "1h",
  range: { from: newYear, to: newYear + 5 * hour },
  bars: barsAt(times(newYear, 5)),
  provenance: provenance({ provider: "coingecko", evidence: { id: "bitcoin", points: 12 } }),
  askedAt: noon,
  ...changes,
})

describe("the journal of answers", () => {
  it("gives back in another process what was remembered, bit for bit, without rows and without volume, too", async () => {
    const { folder, cache } = await openTemporary()
    const odd = barsFromRows([
      { openTime: newYear, open: 0.1, high: 1e22, low: 5e-324, close: 1e-8, volume: Number.NaN },
    ])
    const answers = [
      answerOf(),
      answerOf({ donor: "binance", bars: odd, askedAt: noon + 1 }),
      answerOf({ range: { from: newYear + day, to: newYear + 2 * day }, bars: barsAt([]) }),
    ]
    for (const answer of answers) await cache.answerJournal.remember(answer)
    const again = await (await openCache(folder)).answerJournal.answers("BTC/USDT", "1h")
    expect(again).toHaveLength(3)
    for (const answer of answers) {
      const found = again.find(
        ({ donor, range }) => donor === answer.donor && range.from === answer.range.from,
      )
      const { bars, ...rest } = found as DonorAnswer
      const { bars: _, ...expected } = answer
      expect(rest).toEqual(expected)
      expect(equalBars(bars, answer.bars)).toBe(true)
    }
    expect(await cache.answerJournal.answers("BTC/USDT", "1d")).toEqual([])
    expect(await cache.answerJournal.answers("BTCUSDT", "1h")).toEqual([])
  })

  it("keeps the later one of two answers to the same question beside the earlier, and forgets by age", async () => {
    const { cache } = await openTemporary()
    await cache.answerJournal.remember(answerOf())
    await cache.answerJournal.remember(answerOf({ askedAt: noon + day }))
    expect(await cache.answerJournal.answers("BTC/USDT", "1h")).toHaveLength(2)
    await cache.answerJournal.forget(noon + day)
    expect((await cache.answerJournal.answers("BTC/USDT", "1h")).map(({ askedAt }) => askedAt)).toEqual([
      noon + day,
    ])
  })

  it("refuses a file that was damaged, by name", async () => {
    const { folder, cache } = await openTemporary()
    await cache.answerJournal.remember(answerOf({ symbol: "BTCUSDT" }))
    const place = join(folder, "_barkeep/answers/BTCUSDT/1h")
    const file = join(place, readdirSync(place)[0] as string)
    writeFileSync(file, "{")
    await expect(cache.answerJournal.answers("BTCUSDT", "1h")).rejects.toMatchObject({
      path: file,
      reason: { _tag: "CorruptPartition" },
    })
    expect((await cache.verify()).findings).toEqual([])
  })
})
