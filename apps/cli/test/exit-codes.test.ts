import { join } from "node:path"
import type { TaskOutcome } from "@barkeep/populate"
import { ProviderError, type ProviderFailure } from "@barkeep/provider-kit"
import type { Fault } from "@barkeep/vendor-simulator"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished } from "vitest"
import { exitCodeOfReport } from "../src/populate-output.ts"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

const wanted = { from: 0, to: 86_400_000 }
const done: TaskOutcome = {
  symbol: "BTCUSDT",
  timeframe: "1h",
  provider: "binance",
  wanted,
  ...{ rowsAdded: 24, rowsReplaced: 0, rowsDiffering: 0, pages: 1 },
  ...{ missing: [], gone: [], unusable: [], doubtful: [] },
  status: "Completed",
}
const failedBy = (error: Error): TaskOutcome => ({
  ...done,
  ...{ rowsAdded: 0, pages: 0, missing: [wanted], status: "Failed", error },
})
const failedFor = (reason: ProviderFailure): TaskOutcome =>
  failedBy(new ProviderError({ provider: "binance", operation: "klines" }, reason))

const refused = { symbol: "X", timeframe: "1h", reasons: [] } as const

const codeOf = (outcomes: ReadonlyArray<TaskOutcome>, { refusals = 0 } = {}) =>
  exitCodeOfReport(
    {
      outcomes,
      rowsAdded: outcomes.reduce((sum, { rowsAdded }) => sum + rowsAdded, 0),
      failed: outcomes.filter(({ status }) => status === "Failed").length,
    },
    Array.from({ length: refusals }, () => refused),
  )

describe("a run of populate ends", () => {
  it.each<readonly [name: string, outcomes: ReadonlyArray<TaskOutcome>, code: number]>([
    ["0 when all was answered", [done, { ...done, rowsAdded: 0, status: "UpToDate" }], 0],
    ["3 when one of two failed", [done, failedFor({ _tag: "VendorOutage", status: 500 })], 3],
    ["3 when everything failed and may come yet", [failedFor({ _tag: "VendorOutage", status: 500 })], 3],
    ["3 when the quota of the day is used up", [failedFor({ _tag: "QuotaExhausted" })], 3],
    ["3 when an answer could not be trusted", [failedFor({ _tag: "MalformedResponse", issue: "x" })], 3],
    ["3 when a symbol may only seem unknown", [failedFor({ _tag: "SymbolNotFound", certain: false })], 3],
    ["4 when a symbol is unknown", [failedFor({ _tag: "SymbolNotFound", certain: true })], 4],
    ["4 when all of it is older than what the vendor has", [failedFor({ _tag: "OutsideHistory" })], 4],
    ["4 when it is not a vendor that failed", [failedBy(new Error("disk full"))], 4],
    ["3 when bars were absent where there should be some", [{ ...done, doubtful: [wanted] }], 3],
    ["3 when bars came without usable values", [{ ...done, unusable: [wanted] }], 3],
    ["0 when all that a vendor reaches back to was answered", [{ ...done, gone: [wanted] }], 0],
  ])("with %s", (_name, outcomes, code) => {
    expect(codeOf(outcomes)).toBe(code)
  })

  it("with 4 when no provider has what is asked, with 3 when others were done", () => {
    expect(codeOf([], { refusals: 1 })).toBe(4)
    expect(codeOf([done], { refusals: 1 })).toBe(3)
  })
})

describe("a run in which everything fails", () => {
  const run = async (fault: Fault) => {
    const simulator = await startVendorSimulator({ seed: 4, faults: [{ fault }] })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    return runApp(
      [
        ...["populate", "--symbols", "BTCUSDT", "--intervals", "1d", "--start-date", "2024-01-01"],
        ...["--end-date", "2024-01-31", "--cache-dir", join(folder, "cache")],
      ],
      { environment: { ...simulator.urls, BARKEEP_STATE_DIR: join(folder, "state") } },
    )
  }

  it("ends with 3 and says what is missing and how to go on", async () => {
    const { code, stderr } = await run({ type: "bad-row", defect: "short" })
    expect(code).toBe(3)
    expect(stderr).toMatch(/BTCUSDT 1d failed: .*missing is 2024-01-01T00:00:00Z to 2024-02-01T00:00:00Z/)
    expect(stderr).toMatch(
      /to go on: barkeep populate --symbols BTCUSDT --intervals 1d --start-date 2024-01-01/,
    )
  })

  it("ends with 3 and does not call an entry up to date of which it was shown no bar", async () => {
    const { code, stderr } = await run({ type: "empty-page" })
    expect(code).toBe(3)
    expect(stderr).toMatch(/answered without a bar for 2024-01-01T00:00:00Z to 2024-02-01T00:00:00Z/)
  })
})

describe("what a vendor does not reach back to", () => {
  it("is named to the bar, and the run is not called completed", async () => {
    const simulator = await startVendorSimulator({ seed: 4 })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    const environment = { ...simulator.urls, BARKEEP_STATE_DIR: join(folder, "state") }
    const { code, stdout, stderr } = await runApp(
      [
        ...["populate", "--symbols", "AAPL", "--intervals", "1h", "--start-date", "2019-06-03"],
        ...["--cache-dir", join(folder, "cache"), "--json"],
      ],
      { environment },
    )
    const { outcomes } = JSON.parse(stdout) as {
      readonly outcomes: ReadonlyArray<Record<"missing" | "gone", ReadonlyArray<Record<string, string>>>>
    }
    const [outcome] = outcomes
    expect(outcome?.gone).toHaveLength(1)
    expect(outcome?.gone[0]?.["from"]).toBe("2019-06-03T04:00:00Z")
    // All that is missing before the newest, provisional bars.
    expect(outcome?.missing[0]).toEqual(outcome?.gone[0])
    expect(stderr).toMatch(/AAPL 1h: yahoo-finance does not reach back to 2019-06-03T04:00:00Z to /)
    expect(code).toBe(0)
    const again = await runApp(
      [
        ...["populate", "--symbols", "AAPL", "--intervals", "1h", "--start-date", "2019-06-03"],
        ...["--cache-dir", join(folder, "cache")],
      ],
      { environment },
    )
    expect(again.stdout).toMatch(/AAPL +1h +yahoo-finance .*as far back as offered/)
  })
})
