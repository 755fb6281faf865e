import { readFileSync } from "node:fs"
import { hostname, userInfo } from "node:os"
import { join } from "node:path"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

// The command runs in the test's own process, beside much else.
vi.setConfig({ testTimeout: 120_000 })
afterEach(() => vi.unstubAllEnvs())

interface AuditLine {
  readonly kind: "call" | "download"
  readonly time: string
  readonly who: string
  readonly provider: string
  readonly endpoint?: string
  readonly symbol: string
  readonly status?: number
  readonly millis: number
  readonly outcome: string
}

describe("the audit log of a run", () => {
  it("has a line for each call that a vendor saw, refused ones too, and one for each download", async () => {
    const simulator = await startVendorSimulator({ seed: 4 })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
    vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
    simulator.setFaults([
      { match: { vendor: "binance", endpoint: "klines" }, nth: 2, fault: { type: "server-error" } },
    ])
    const started = Date.now()
    const { code } = await runApp([
      ...["populate", "--symbols", "BTCUSDT,MSFT,NOSUCHUSDT", "--intervals", "1d"],
      ...["--start-date", "2024-01-02", "--end-date", "2024-01-31", "--cache-dir", join(folder, "cache")],
    ])
    expect(code).toBe(3)
    const lines = readFileSync(join(folder, "state/audit.ndjson"), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as AuditLine)
    for (const { time, who, millis } of lines) {
      expect(who).toBe(`${userInfo().username}@${hostname()} ${process.pid}`)
      expect(Date.parse(time)).toBeGreaterThanOrEqual(started - 1000)
      expect(millis).toBeGreaterThanOrEqual(0)
    }
    const calls = lines.filter(({ kind }) => kind === "call")
    const asked = (vendor: string): ReadonlyArray<number> =>
      simulator.log
        .filter((request) => request.vendor === vendor)
        .map(({ status }) => status)
        .toSorted((a, b) => a - b)
    for (const vendor of ["binance", "yahoo-finance"])
      expect(
        calls
          .filter(({ provider }) => provider === vendor)
          .map(({ status = 0 }) => status)
          .toSorted((a, b) => a - b),
      ).toEqual(asked(vendor))
    expect(calls.map(({ outcome }) => outcome)).toEqual(
      expect.arrayContaining(["ok", "VendorOutage", "SymbolNotFound"]),
    )
    const downloads = lines
      .filter(({ kind }) => kind === "download")
      .toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1))
    expect(downloads).toEqual([
      expect.objectContaining({
        ...{ symbol: "BTCUSDT", timeframe: "1d", provider: "binance", outcome: "Completed" },
        ...{ from: "2024-01-02T00:00:00Z", to: "2024-02-01T00:00:00Z", rowsAdded: 30, rowsReplaced: 0 },
      }),
      expect.objectContaining({
        ...{ symbol: "MSFT", timeframe: "1d", provider: "yahoo-finance", outcome: "Completed" },
        ...{ from: "2024-01-02T05:00:00Z", to: "2024-02-01T05:00:00Z", rowsAdded: 21 },
      }),
      expect.objectContaining({
        ...{ symbol: "NOSUCHUSDT", outcome: "Failed", rowsAdded: 0 },
        error: expect.stringContaining("NOSUCHUSDT"),
      }),
    ])
  })
})
