import { isoTime } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { tradingCalendar } from "../src/index.ts"
import { hasSharedData, needsData, readRows } from "./shared-data.ts"

const minuteText = (time: number | undefined): string =>
  time === undefined ? "" : `${isoTime(time).slice(0, 16)}Z`

describe("sessions agree with the reference", () => {
  it.skipIf(!hasSharedData).each([
    ["XNYS", 9318],
    ["XLON", 4547],
    ["XETR", 4572],
    ["XPAR", 4610],
    ["XTKS", 4406],
    ["XHKG", 4438],
    ["XTSE", 4518],
    ["XASX", 4554],
  ])(`%s: every date, open, close and break of its years${needsData}`, (market, count) => {
    const reference = readRows(`calendars/${market}.csv.gz`).map((row) => row.slice(0, 5).join(","))
    const years = [reference[0]?.slice(0, 4), reference.at(-1)?.slice(0, 4)]
    const sessions = tradingCalendar(market).sessions({
      start: `${years[0]}-01-01`,
      end: `${years[1]}-12-31`,
    })
    const ours = sessions.map((session) =>
      [
        session.session,
        minuteText(session.open),
        minuteText(session.close),
        minuteText(session.breakStart),
        minuteText(session.breakEnd),
      ].join(","),
    )
    expect(reference.length).toBe(count)
    expect(ours).toEqual(reference)
  })

  it.skipIf(!hasSharedData)(`XNAS has the days and hours of XNYS${needsData}`, () => {
    const years = { start: "1990-01-01", end: "2026-12-31" }
    expect(tradingCalendar("XNAS").sessions(years)).toEqual(tradingCalendar("XNYS").sessions(years))
  })
})
