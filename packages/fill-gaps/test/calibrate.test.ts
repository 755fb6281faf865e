import { allocateBars, barCount, openTimeOf, resampleBars, takeRows } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { calibrate } from "../src/index.ts"
import { corruptions, type Market, markets, noisy, walk } from "./corruptions.ts"
import { makeRandom } from "./random.ts"
import { runTrial } from "./trial.ts"

const hourly = markets[2] as Market

const setUp = (seed = 3) => {
  const truth = walk(hourly, 120, makeRandom(seed))
  const gap = { from: truth.openTime[60] as number, to: truth.openTime[66] as number }
  const rows = Array.from({ length: 120 }, (_, row) => row)
  const existing = takeRows(
    truth,
    rows.filter((row) => row < 60 || row >= 66),
  )
  return { timeframe: hourly.timeframe, truth, gap, existing, donor: truth } as const
}

describe("a donor's bars", () => {
  it("that are the entry's own on both sides are accepted with their volume", () => {
    expect(calibrate(setUp())).toMatchObject({
      _tag: "Accepted",
      volume: "kept",
      figures: { before: 40, after: 40, scale: 1, residual: 0, lag: 0, rangeRatio: 1, volumeRatio: 1 },
    })
  })

  it.each([
    ["x100", "scale", /100 times.*another unit/],
    ["/4", "scale", /0\.25 times.*a factor of 4: a split/],
    ["0.3 % quote drift", "scale", /1\.003 times.*another quote currency/],
    ["+1 bar", "lag", /1 bars late/],
    ["-1 bar", "lag", /1 bars early/],
    ["another coin", undefined, /./],
    ["made from samples", "samples", /price points/],
    ["one row x100", "jump", /would jump/],
  ] as const)("corrupted by %s are refused with the figure that says so", (name, issue, text) => {
    const question = setUp()
    const corruption = corruptions.find((each) => each.name === name)
    const donor = corruption?.apply(question.donor, hourly, question.gap, makeRandom(9))
    const found = calibrate({ ...question, donor: donor ?? question.donor })
    expect(found).toMatchObject({ _tag: "Refused", ...(issue === undefined ? {} : { issue }) })
    expect(found._tag === "Refused" && found.text).toMatch(text)
  })

  it.each([
    ["rolling 24 h volume", /rolling/],
    ["quote volume", /quote currency/],
    ["no volume", /has no volume/],
    ["another venue's volume", /another one/],
  ] as const)("with a %s are accepted without it", (name, text) => {
    const question = setUp()
    const corruption = corruptions.find((each) => each.name === name)
    const donor = corruption?.apply(question.donor, hourly, question.gap, makeRandom(9))
    const found = calibrate({ ...question, donor: donor ?? question.donor })
    expect(found).toMatchObject({ _tag: "Accepted", volume: "absent" })
    expect(found._tag === "Accepted" && found.volumeText).toMatch(text)
  })

  it("are refused without enough rows to compare, with their number", () => {
    const question = setUp()
    const few = (count: number) =>
      takeRows(
        question.existing,
        Array.from({ length: count }, (_, row) => 60 - count + row),
      )
    expect(calibrate({ ...question, existing: few(19) })).toMatchObject({
      issue: "overlap",
      text: "19 common rows before the gap and 0 after it; 20 are needed",
    })
    expect(calibrate({ ...question, existing: few(20) })._tag).toBe("Accepted")
    expect(calibrate({ ...question, existing: few(20), needsBothSides: true })).toMatchObject({
      issue: "overlap",
    })
  })

  it("that stop on one side of the gap are refused although the entry goes on there", () => {
    const question = setUp()
    const donor = takeRows(
      question.donor,
      Array.from({ length: 66 }, (_, row) => row),
    )
    expect(calibrate({ ...question, donor })).toMatchObject({
      issue: "overlap",
      text: "40 common rows before the gap and 0 after it; 5 are needed on each side",
    })
  })

  it("made from samples are accepted without volume when that is allowed", () => {
    const question = setUp()
    const donor = {
      ...question.donor,
      open: question.donor.close,
      high: question.donor.close,
      low: question.donor.close,
    }
    expect(calibrate({ ...question, donor, sampled: true })).toMatchObject({
      _tag: "Accepted",
      volume: "absent",
    })
  })

  it("made from hourly price points serve for days, and are late for hours", () => {
    const hours = walk(hourly, 24 * 90, makeRandom(6))
    const dayOf = (time: number): number => openTimeOf("1d", time)
    const days = resampleBars(hours, dayOf, 24)
    // One point at the start of every hour.
    const points = { ...hours, high: hours.open, low: hours.open, close: hours.open }
    const rows = Array.from({ length: barCount(days) }, (_, row) => row)
    const gap = { from: days.openTime[45] as number, to: days.openTime[47] as number }
    const existing = takeRows(
      days,
      rows.filter((row) => row < 45 || row >= 47),
    )
    const ofDays = { timeframe: "1d", gap, existing, donor: resampleBars(points, dayOf, 24) } as const
    expect(calibrate({ ...ofDays, sampled: true })).toMatchObject({ _tag: "Accepted", volume: "absent" })
    const question = setUp()
    const late = {
      ...question.donor,
      high: question.donor.open,
      low: question.donor.open,
      close: question.donor.open,
    }
    expect(calibrate({ ...question, donor: late, sampled: true })).toMatchObject({ issue: "lag" })
  })

  it("that contradict themselves inside the gap are refused", () => {
    const question = setUp()
    const high = Float64Array.from(question.donor.high)
    high[62] = (question.donor.low[62] as number) * 0.9
    expect(calibrate({ ...question, donor: { ...question.donor, high } })).toMatchObject({
      issue: "bad-rows",
    })
  })

  it("of a day instead of an hour are refused", () => {
    const question = setUp()
    const donor = {
      ...question.donor,
      high: question.donor.high.map((value) => value * 1.03),
      low: question.donor.low.map((value) => value * 0.97),
    }
    expect(calibrate({ ...question, donor })).toMatchObject({ issue: "longer-bars" })
  })

  it("that do not move are accepted where the entry does not move either", () => {
    const flat = allocateBars(120)
    for (const name of ["open", "high", "low", "close"] as const) flat[name].fill(1)
    const question = setUp()
    flat.openTime.set(question.truth.openTime)
    const existing = { ...flat, openTime: question.existing.openTime }
    const cut = (values: Float64Array): Float64Array => values.subarray(0, barCount(question.existing))
    const own = {
      ...existing,
      open: cut(flat.open),
      high: cut(flat.high),
      low: cut(flat.low),
      close: cut(flat.close),
      volume: cut(flat.volume),
    }
    expect(calibrate({ ...question, existing: own, donor: flat })._tag).toBe("Accepted")
  })
})

describe("of all corruptions at all noise levels", () => {
  it("none is merged, and honest donors are not refused up to a fifth of a move", () => {
    let accepted = 0
    for (const [index, market] of markets.entries())
      for (const noise of [0, 0.1, 0.4, 1])
        for (let trial = 0; trial < 3; trial += 1) {
          const seed = 1000 * index + 100 * noise + trial
          for (const corruption of corruptions) {
            const found = runTrial(market, corruption, noise, seed)
            expect([corruption.name, market.name, noise, seed, found.isBadMerge, found.isBadVolume]).toEqual([
              corruption.name,
              market.name,
              noise,
              seed,
              false,
              false,
            ])
          }
          if (noise > 0.1) continue
          const honest = runTrial(market, undefined, noise, seed)
          expect(honest.calibration).toMatchObject({ _tag: "Accepted", volume: "kept" })
          accepted += 1
        }
    expect(accepted).toBe(24)
  })

  it("a donor that is really noisy is accepted nowhere, so that the trials can fail", () => {
    const refused = markets.filter(
      (market) => runTrial(market, undefined, 1, 5).calibration._tag === "Refused",
    )
    expect(refused).toHaveLength(markets.length)
    expect(noisy(walk(hourly, 5, makeRandom(1)), hourly, 0.1, makeRandom(2)).close[0]).not.toBe(
      walk(hourly, 5, makeRandom(1)).close[0],
    )
  })

  it("nor above the wider threshold of price points, where those are allowed", () => {
    for (const [index, market] of markets.entries())
      for (const noise of [0, 0.1, 0.4])
        for (let trial = 0; trial < 3; trial += 1) {
          const seed = 7 + 1000 * index + 100 * noise + trial
          for (const corruption of corruptions) {
            if (corruption.kind !== "prices" || corruption.name === "made from samples") continue
            const found = runTrial(market, corruption, noise, seed, { sampled: true })
            expect([corruption.name, market.name, noise, seed, found.isBadMerge]).toEqual([
              ...[corruption.name, market.name, noise, seed],
              false,
            ])
          }
          if (noise > 0.1) continue
          const honest = runTrial(market, undefined, noise, seed, { sampled: true })
          expect(honest.calibration).toMatchObject({ _tag: "Accepted", volume: "absent" })
        }
  })
})
