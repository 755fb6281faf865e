import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { cliBin } from "./barkeep.ts"
import { cacheFolder, keepFolder } from "./kept-folder.ts"
import { runWell } from "./run-app.ts"
import { hasTmux, openTerminal } from "./terminal.ts"

const folder = keepFolder()
const cache = cacheFolder(folder)
const barkeep = `'${process.execPath}' '${cliBin}'`
let simulator: Awaited<ReturnType<typeof startVendorSimulator>>

beforeAll(async () => {
  simulator = await startVendorSimulator({
    seed: 3,
    faults: [
      {
        match: { endpoint: "klines", parameters: { symbol: "ETHUSDT" } },
        nth: 2,
        fault: { type: "rate-limited", retryAfterSeconds: 90 },
      },
    ],
  })
  for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
  vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
  await runWell([
    ...["populate", "--quiet", "--symbols", "BTCUSDT", "--intervals", "1h", "--cache-dir", cache],
    ...["--start-date", "2023-01-01", "--end-date", "2023-06-30"],
  ])
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await simulator.close()
})

const environment = () => ({ ...simulator.urls, HOME: folder, BARKEEP_STATE_DIR: join(folder, "state2") })

describe.skipIf(!hasTmux)("in a terminal (skipped without tmux)", { timeout: 120_000 }, () => {
  it("progress is one line that renews itself and says what it waits for; Ctrl+C says what was done and how to go on", async () => {
    const terminal = openTerminal(
      `${barkeep} populate --symbols ETHUSDT --intervals 1h --start-date 2022-01-01 --end-date 2023-12-31 --cache-dir '${cache}'`,
      environment(),
    )
    const waits = (lines: ReadonlyArray<string>) =>
      lines.filter((line) => /waiting \d+ s|waiting 1 min/.test(line))
    const first = await terminal.until((lines) => waits(lines).length > 0)
    expect(first.length).toBe(1)
    expect(first[0]).toMatch(/^ +\d+ % [█░]{20} +[\d,]+ bars .*waiting .*: binance asks to slow down/)
    const second = await terminal.until((lines) => waits(lines).length > 0 && lines[0] !== first[0])
    expect(second.length).toBe(1)
    terminal.press("C-c")
    const text = (await terminal.until((lines) => lines.at(-1) === "ended with 3")).join("\n")
    expect(text).toMatch(/[\d,]+ bars stored; 0 of 1 entries are complete/)
    expect(text).toMatch(
      /Go on with:\n {2}barkeep populate --symbols ETHUSDT --intervals 1h --start-date 2022-01-01/,
    )
    expect(text).not.toMatch(/ % [█░]/)
  })

  it("results have colours, and none with NO_COLOR", async () => {
    const command = `${barkeep} stats --cache-dir '${cache}'`
    const terminal = openTerminal(command, environment())
    await terminal.until((lines) => lines.at(-1) === "ended with 0")
    expect(terminal.screen("colours").join("\n")).toContain("\u001b[1m")
    const plain = openTerminal(command, { ...environment(), NO_COLOR: "1" })
    await plain.until((lines) => lines.at(-1) === "ended with 0")
    expect(plain.screen("colours").join("\n")).not.toContain("\u001b[")
    expect(plain.screen()).toEqual(terminal.screen())
  })
})

describe("pipes and signals", () => {
  it("a reader that goes away ends the command quietly", async () => {
    const { code, stdout, stderr } = await shell(
      `set -o pipefail; ${barkeep} get BTCUSDT 1h --format json --cache-dir '${cache}' | head -c 20`,
    )
    expect([code, stdout, stderr]).toEqual([0, '{"symbol":"BTCUSDT",', ""])
  })

  it.skipIf(!existsSync("/dev/full"))(
    "a full disk is one clear line (skipped where there is no /dev/full)",
    async () => {
      const { code, stderr } = await shell(`${barkeep} get BTCUSDT 1h --cache-dir '${cache}' > /dev/full`)
      expect(code).toBe(4)
      expect(stderr).toMatch(/^barkeep: cannot write the output: [^\n]*\n$/)
    },
  )

  it("work goes on when nobody reads what is said about it", async () => {
    const command = `${barkeep} list --log-level debug --cache-dir '${cache}'`
    const { code, stdout } = await shell(`exec 2> >(exit 0); sleep 0.2; ${command}`)
    expect([code, stdout]).toEqual([0, (await runWell(["list", "--cache-dir", cache])).stdout])
  })

  it("a second signal ends at once what the first could not", async () => {
    // Nobody reads: the command waits for room in the pipe and does not get to look at the first signal.
    const child = spawn(
      process.execPath,
      [cliBin, "get", "BTCUSDT", "1h", "--format", "json", "--cache-dir", cache],
      { stdio: ["ignore", "pipe", "pipe"], env: { PATH: process.env["PATH"], HOME: folder } },
    )
    let stderr = ""
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    await once(child.stdout, "readable")
    child.kill("SIGINT")
    await vi.waitUntil(() => stderr.includes("Once more"), { timeout: 20_000 })
    child.kill("SIGINT")
    const [code] = (await once(child, "exit")) as [number]
    expect(code).toBe(130)
  })
})

const shell = async (command: string): Promise<{ code: number; stdout: string; stderr: string }> => {
  const child = spawn("bash", ["-c", command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: folder },
  })
  const output = { stdout: "", stderr: "" }
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text))
  const [code] = (await once(child, "close")) as [number]
  return { code, ...output }
}
