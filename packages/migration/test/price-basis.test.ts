import { type Bars, barsFromRows } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { type BasisCandidate, decideBasis } from "../src/price-basis.ts"

const day = 86_400_000
const start = 1_546_387_200_000

const series = (days: number, price: (index: number) => number, from = start): Bars =>
  barsFromRows(
    Array.from({ length: days }, (_, index) => {
      const close = price(index)
      return { openTime: from + index * day, open: close, high: close, low: close, close, volume: 1 }
    }),
  )

const wave = (index: number): number => 150 + 10 * Math.sin(index / 9)
const candidate = (provider: string, bars: Bars, more: Partial<BasisCandidate> = {}): BasisCandidate => ({
  provider,
  bars,
  anchor: undefined,
  known: undefined,
  ...more,
})
const raw = { adjustment: "none", why: "said so" } as const

describe("the decision on the price basis", () => {
  it("keeps sources apart whose prices differ by a factor, and tells the adjustment from it", () => {
    const decision = decideBasis(
      [
        candidate(
          "yahoo",
          series(100, (index) => wave(index) / 4),
        ),
        candidate("alpha_vantage", series(100, wave), { known: raw }),
      ],
      "1d",
    )
    expect(decision).toMatchObject({
      adjustment: "splits",
      evidence: "prices of yahoo are those of alpha_vantage, which are unadjusted, times 0.25 on 100 bars",
      excluded: [undefined, "another price basis: 4 times the prices of yahoo on 100 bars"],
    })
  })

  it("takes a factor that changes for dividends", () => {
    const dividends = (index: number): number => 0.97 + 0.01 * Math.floor(index / 25)
    const decision = decideBasis(
      [
        candidate(
          "yahoo",
          series(100, (index) => wave(index) * dividends(index)),
        ),
        candidate("alpha_vantage", series(100, wave), { known: raw }),
      ],
      "1d",
    )
    expect(decision.adjustment).toBe("splits-and-dividends")
    expect(decision.excluded[1]).toMatch(/^another price basis: 1 to 1\.03093 times the prices of yahoo/)
  })

  it("joins sources that agree, with single rows that differ", () => {
    const decision = decideBasis(
      [
        candidate(
          "yahoo",
          series(100, (index) => (index === 7 ? 99 : wave(index))),
        ),
        candidate("alpha_vantage", series(120, wave), { known: raw }),
      ],
      "1d",
    )
    expect(decision).toMatchObject({ adjustment: "none", excluded: [undefined, undefined] })
  })

  it("takes a split in the prices for the proof that they are unadjusted", () => {
    const decision = decideBasis(
      [
        candidate(
          "yahoo",
          series(100, (index) => wave(index) / (index < 50 ? 1 : 4)),
        ),
      ],
      "1d",
    )
    expect(decision).toMatchObject({ adjustment: "none", excluded: [undefined] })
    expect(decision.evidence).toContain("(4:1)")
  })

  it("does not take a bad day for a split", () => {
    const decision = decideBasis(
      [
        candidate(
          "yahoo",
          series(100, (index) => wave(index) / (index < 50 ? 1 : 1.9)),
        ),
      ],
      "1d",
    )
    expect(decision.adjustment).toBe("unknown")
  })

  it("joins years of one provider that go on, and keeps those apart that a split lies between", () => {
    const goesOn = decideBasis(
      [candidate("yahoo", series(100, wave)), candidate("yahoo", series(50, wave, start + 100 * day))],
      "1d",
    )
    expect(goesOn.excluded).toEqual([undefined, undefined])
    const restated = decideBasis(
      [
        candidate("yahoo", series(100, wave)),
        candidate(
          "yahoo",
          series(50, (index) => wave(index) / 4, start + 100 * day),
        ),
      ],
      "1d",
    )
    expect(restated.excluded[1]).toContain("nothing shows that the prices have the basis of the entry's")
  })

  it("joins two providers without a common bar only when the basis of both is certain", () => {
    const later = series(50, wave, start + 100 * day)
    const certain = decideBasis(
      [candidate("a", series(100, wave), { known: raw }), candidate("b", later, { known: raw })],
      "1d",
    )
    expect(certain.excluded).toEqual([undefined, undefined])
    const unsure = decideBasis(
      [candidate("a", series(100, wave)), candidate("b", later, { known: raw })],
      "1d",
    )
    expect(unsure.excluded[1]).toContain('adjusted for "none", the entry for "unknown"')
  })

  it("joins what agrees with a source that has joined", () => {
    const decision = decideBasis(
      [
        candidate("a", series(100, wave)),
        candidate("c", barsOver(110, 160)),
        candidate("b", barsOver(50, 120)),
      ],
      "1d",
    )
    expect(decision.excluded).toEqual([undefined, undefined, undefined])
  })

  it("lets two markets of a coin differ by per cents", () => {
    const decision = decideBasis(
      [
        candidate("binance", series(100, wave), { known: raw }),
        candidate(
          "coingecko",
          series(100, (index) => wave(index) * (1 + 0.03 * Math.sin(index))),
          { known: raw },
        ),
      ],
      "1d",
    )
    expect(decision.excluded).toEqual([undefined, undefined])
  })

  it("keeps out bars that are those of another source some hours later", () => {
    const hours = (lag: number): Bars =>
      barsFromRows(
        Array.from({ length: 200 }, (_, index) => {
          const close = Math.round(1000 * wave(index)) / 1000
          return {
            openTime: start + (index + lag) * 3_600_000,
            open: close,
            high: close,
            low: close,
            close,
            volume: 1,
          }
        }),
      )
    const decision = decideBasis(
      [candidate("binance", hours(0), { known: raw }), candidate("other", hours(2), { known: raw })],
      "1h",
    )
    expect(decision.excluded[1]).toBe(
      "its bars are those of binance 2h later: one of them is in another time zone",
    )
  })

  it("never mixes anchors", () => {
    const decision = decideBasis(
      [
        candidate("a", series(100, wave), { anchor: "session" }),
        candidate("b", series(100, wave), { anchor: "clock" }),
      ],
      "1h",
    )
    expect(decision).toMatchObject({
      anchor: "session",
      excluded: [undefined, "bars start at full hours, those of the entry do not"],
    })
  })

  it("takes the user's word where nothing else tells, and says that it is one", () => {
    const decision = decideBasis(
      [
        candidate("yahoo", series(100, wave), { stated: "splits" }),
        candidate("kept_by_hand", barsOver(400, 500), { stated: "splits" }),
        candidate("elsewhere", barsOver(800, 900)),
      ],
      "1d",
    )
    expect(decision).toMatchObject({ adjustment: "splits", evidence: "yahoo: stated by the user" })
    expect(decision.excluded.map((why) => why === undefined)).toEqual([true, true, false])
  })

  it("believes the prices more than the user", () => {
    const split = series(100, (index) => wave(index) / (index < 50 ? 1 : 4))
    expect(decideBasis([candidate("yahoo", split, { stated: "splits" })], "1d").adjustment).toBe("none")
    const quarters = series(100, (index) => wave(index) / 4)
    const compared = decideBasis(
      [
        candidate("yahoo", quarters, { stated: "none" }),
        candidate("alpha_vantage", series(100, wave), { known: raw }),
      ],
      "1d",
    )
    expect(compared.adjustment).toBe("splits")
  })

  it("keeps sources apart whose bases are stated to differ", () => {
    const decision = decideBasis(
      [
        candidate("yahoo", series(100, wave), { stated: "splits" }),
        candidate("elsewhere", barsOver(400, 500), { stated: "none" }),
      ],
      "1d",
    )
    expect(decision.excluded[1]).toBe('another price basis: adjusted for "none", the entry for "splits"')
  })
})

/** The wave's rows from one index to another. */
const barsOver = (from: number, to: number): Bars =>
  series(to - from, (index) => wave(index + from), start + from * day)
