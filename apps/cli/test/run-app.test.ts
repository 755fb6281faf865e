import { join } from "node:path"
import { parseReportDocument } from "@barkeep/validation"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"

const noon = Date.UTC(2024, 0, 20, 12)

describe("a run with a clock and an environment of its own", () => {
  it("keeps its settings apart from the process's", async () => {
    const folder = temporaryFolder()
    const { stdout } = await runApp(["config", "--json"], { environment: { BARKEEP_CACHE_DIR: folder } })
    const { settings } = JSON.parse(stdout) as { readonly settings: ReadonlyArray<object> }
    expect(settings).toContainEqual(
      expect.objectContaining({
        setting: "cacheDir",
        value: folder,
        from: "environment variable BARKEEP_CACHE_DIR",
      }),
    )
  })

  it("populates up to its now, and judges by it", async () => {
    const simulator = await startVendorSimulator({ seed: 3 })
    onTestFinished(() => simulator.close())
    const folder = temporaryFolder()
    const cache = join(folder, "cache")
    const options = {
      environment: { ...simulator.urls, BARKEEP_CACHE_DIR: cache, BARKEEP_STATE_DIR: join(folder, "state") },
      now: () => noon,
    }
    const populated = await runApp(
      ["populate", "--symbols", "BTCUSDT", "--intervals", "1d", "--start-date", "2024-01-01", "--quiet"],
      options,
    )
    expect([populated.code, populated.stderr]).toEqual([0, ""])
    const { stdout } = await runApp(["get", "BTCUSDT", "1d", "--json"], options)
    const { bars } = JSON.parse(stdout) as { readonly bars: ReadonlyArray<{ readonly openTime: string }> }
    expect(bars.at(-1)?.openTime).toBe("2024-01-20T00:00:00Z")
    const judged = await runApp(["validate", "--json"], options)
    expect(judged.code).toBe(0)
    expect(parseReportDocument(JSON.parse(judged.stdout)).validatedAt).toBe(noon)
  })
})
