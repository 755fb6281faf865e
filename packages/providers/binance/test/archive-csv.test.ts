import { type Bars, barRows, equalBars } from "@barkeep/market-data"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import { assert, describe, expect, it } from "vitest"
import { archiveCsvToBars, scanArchiveCsv } from "../src/archive-csv.ts"
import { readShared } from "./fixture.ts"

const read = async (text: string) => archiveCsvToBars(Buffer.from(text))
const barsOf = async (text: string): Promise<Bars> => Result.getOrThrow(await read(text))

const row = (time: number | string, volume = "8.21827000"): string =>
  `${time},93576.00000000,93610.93000000,93537.50000000,93600.1,${volume},1735689659999999,768978.75522470,2631,3.95157000,369757.32652890,0`

const millis = 1_672_531_200_000
const micros = 1_735_689_600_000_000

const digits = (maxLength: number) => fc.stringMatching(new RegExp(`^\\d{1,${maxLength}}$`))
const decimals = fc.oneof(
  fc.double({ min: 0, max: 1e9, noNaN: true }).map((value) => value.toFixed(8)),
  fc.tuple(digits(20), digits(20)).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits(20),
)
const times = fc.oneof(
  fc.integer({ min: 1, max: 9e12 }),
  fc.integer({ min: 1e11, max: 9e12 }).map((time) => time * 1000),
)
const rows = fc.array(
  fc
    .tuple(
      times,
      decimals,
      decimals,
      decimals,
      decimals,
      decimals,
      times,
      decimals,
      fc.nat(),
      decimals,
      decimals,
    )
    .map((cells) => [...cells, "0"].join()),
  { minLength: 1, maxLength: 10 },
)

describe("a file of the archive", () => {
  it("gives the same doubles, bit for bit, read fast or by papaparse", async () => {
    await fc.assert(
      fc.asyncProperty(rows, async (lines) => {
        const fast = scanArchiveCsv(Buffer.from(`${lines.join("\n")}\n`))
        // Quotes are nothing that Binance writes: they take the long way.
        const long = await barsOf(lines.map((line) => `"${line.replace(",", '",')}\n`).join(""))
        assert(fast !== undefined)
        expect(equalBars(fast, long)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it.each<[string, string, boolean]>([
    ["as Binance writes them", `${row(millis)}\n${row(millis + 60_000)}\n`, true],
    ["without a last line end", `${row(millis)}\n${row(millis + 60_000)}`, true],
    ["with CRLF", `${row(millis)}\r\n${row(millis + 60_000)}\r\n`, true],
    [
      "under the header that futures have",
      `open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n${row(millis)}\n${row(millis + 60_000)}\n`,
      true,
    ],
    [
      "under a header in other words",
      `Open time,Open,High,Low,Close,Volume,Close time,a,b,c,d,e\r\n${row(millis)}\r\n${row(millis + 60_000)}`,
      true,
    ],
    ["with a byte order mark", `\uFEFF${row(millis)}\n${row(millis + 60_000)}\n`, false],
    ["with an empty line", `${row(millis)}\n\n${row(millis + 60_000)}\n\n`, false],
    ["in quotes", `${row(millis).replaceAll(/[^,]+/g, '"$&"')}\n${row(millis + 60_000)}\n`, false],
    ["with times in microseconds", `${row(millis * 1000)}\n${row((millis + 60_000) * 1000)}\n`, true],
  ])("has two rows %s", async (_name, text, isUsual) => {
    const expected = await barsOf(`${row(millis)}\n${row(millis + 60_000)}\n`)
    expect([...barRows(expected)]).toEqual(
      [millis, millis + 60_000].map((openTime) => ({
        openTime,
        open: 93_576,
        high: 93_610.93,
        low: 93_537.5,
        close: 93_600.1,
        volume: 8.218_27,
      })),
    )
    expect(equalBars(await barsOf(text), expected)).toBe(true)
    expect(scanArchiveCsv(Buffer.from(text)) !== undefined).toBe(isUsual)
  })

  it("has milliseconds up to 2024 and microseconds from 2025 on, told apart row by row", async () => {
    const bars = await barsOf(`${row(1_735_689_540_000)}\n${row(micros)}\n`)
    expect([...bars.openTime]).toEqual([1_735_689_540_000, 1_735_689_600_000])
  })

  it("keeps an open time that is no whole millisecond for what it is", async () => {
    expect([...(await barsOf(`${row(micros + 789_123)}\n`)).openTime]).toEqual([1_735_689_600_789.123])
  })

  it("does not mind a bar that closed early, as the last one before a halt does", async () => {
    const [bar] = barRows(await barsOf("1518048000000,1.0,2.0,0.5,1.0,3.0,1518049694788,1,1,1,1,0\n"))
    expect(bar?.openTime).toBe(1_518_048_000_000)
  })

  it("may have no row", async () => {
    expect((await barsOf("")).openTime).toHaveLength(0)
    expect((await barsOf("open_time,open,high,low,close,volume\n")).openTime).toHaveLength(0)
  })

  it.each([
    [
      "a row cut off in the middle",
      `${row(millis)}\n${row(millis + 60_000).slice(0, 50)}`,
      /row 1 has \d cells/,
    ],
    ["a row cut off at its last comma", `${row(millis).slice(0, -2)}\n`, /row 0 has 11 cells/],
    ["a row with a cell more", `${row(millis)},0\n`, /13 cells/],
    ["a web page", "<html><body>Service Unavailable</body></html>\n", /row 0/],
    ["a negative number", `${row(millis, "-1")}\n`, /plain number/],
    ["an exponent", `${row(millis, "1e-5")}\n`, /plain number/],
    ["an empty cell", `${row(millis, "")}\n`, /plain number/],
    ["NaN", `${row(millis, "NaN")}\n`, /plain number/],
    ["a date for a time", `${row("2024-01-01")}\n`, /plain number/],
    ["a quote that never ends", `${row(millis)}\n"${row(millis)}\n`, /row 1/],
  ])("is refused as a whole for %s", async (_name, text, reason) => {
    const result = await read(text)
    assert(Result.isFailure(result))
    expect(result.failure).toMatch(reason)
  })

  const real = readShared("providers/binance/bulk/real-rows.csv.txt")
  it.skipIf(real === undefined)(
    "is read when its rows are real ones (skipped without the optional test data)",
    async () => {
      const lines = (real ?? "").split("\n").filter((line) => /^\d{13}/.test(line))
      expect(lines.length).toBeGreaterThan(3)
      const bars = scanArchiveCsv(Buffer.from(lines.join("\n")))
      assert(bars !== undefined)
      for (const time of bars.openTime) expect([2023, 2025]).toContain(new Date(time).getUTCFullYear())
      expect(bars.close.at(-1)).toBe(16_543.67)
    },
  )
})
