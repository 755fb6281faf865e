import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { readCommandLine } from "../src/command-line.ts"
import { utc } from "./ask.ts"

const program = fileURLToPath(new URL("../src/main.ts", import.meta.url))

const run = (args: ReadonlyArray<string>) => {
  const child = spawn(process.execPath, ["--conditions=@barkeep/source", program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  const output = { stdout: "", stderr: "" }
  child.stdout.on("data", (chunk) => (output.stdout += chunk))
  child.stderr.on("data", (chunk) => (output.stderr += chunk))
  return { child, output }
}

const exitOf = async (child: ChildProcess) => (await once(child, "close")) as [number | null, string | null]

describe("the program", () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "prints one JSON line, serves, and ends with 0 on %s",
    async (signal) => {
      const folder = await mkdtemp(join(tmpdir(), "simulator-"))
      const file = join(folder, "bars.csv")
      await writeFile(
        file,
        "timestamp,open,high,low,close,volume\n2024-01-01,1,1,1,1,1\n2024-01-01,1,1,1,1,2\n",
      )
      const { child, output } = run([
        "--port",
        "0",
        "--now",
        "2024-06-05T12:34:56Z",
        "--data",
        `TESTUSDT:1d:${file}`,
        "--duplicates",
        "last",
      ])
      while (!output.stdout.includes("\n")) await once(child.stdout, "data")
      const urls = JSON.parse(output.stdout) as Record<string, string>
      for (const name of ["BARKEEP_BINANCE_URL", "BARKEEP_BINANCE_ARCHIVE_URL"])
        expect(urls[name]).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
      expect(urls["BARKEEP_YAHOO_URL"]).toBe(`${urls["BARKEEP_BINANCE_URL"]}/yahoo`)
      expect(urls["BARKEEP_COINGECKO_URL"]).toBe(`${urls["BARKEEP_BINANCE_URL"]}/coingecko`)
      const ask = async (path: string) => (await fetch(urls["BARKEEP_BINANCE_URL"] + path)).json()
      const { serverTime } = (await ask("/api/v3/time")) as { serverTime: number }
      expect(serverTime - utc("2024-06-05T12:34:56Z")).toBeGreaterThanOrEqual(0)
      expect(serverTime - utc("2024-06-05T12:34:56Z")).toBeLessThan(60_000)
      const [row] = (await ask("/api/v3/klines?symbol=TESTUSDT&interval=1d&startTime=0")) as Array<
        Array<unknown>
      >
      expect(row?.slice(0, 6)).toEqual([utc("2024-01-01"), "1", "1", "1", "1", "2"])
      child.kill(signal)
      expect(await exitOf(child)).toEqual([0, null])
      expect(output.stdout.split("\n")).toHaveLength(2)
      expect(output.stderr).toContain("TESTUSDT 1d: 1 rows 2024-01-01T00:00:00Z to 2024-01-01T00:00:00Z")
      expect(output.stderr).toContain("1 rows with an open time of another left out, 1 of them different")
      await rm(folder, { recursive: true })
    },
  )

  it("explains itself", async () => {
    const { child, output } = run(["--help"])
    expect(await exitOf(child)).toEqual([0, null])
    expect(output.stdout).toContain("--data SYMBOL:TIMEFRAME:FILE")
    expect(output.stderr).toBe("")
  })

  it("ends with 2 and one line for what it cannot do", async () => {
    const { child, output } = run(["--port", "many"])
    expect(await exitOf(child)).toEqual([2, null])
    expect(output).toEqual({
      stdout: "",
      stderr: 'barkeep-vendor-simulator: --port: "many" is not a whole number\n',
    })
  })
})

describe("a command line", () => {
  it("becomes options", async () => {
    const faults = [{ nth: 1, fault: { type: "reset" } }]
    const windowsPath = String.raw`BTCUSDT:1h:C:\bars\btc:usdt.csv.gz`
    const commandLine = await readCommandLine(
      ["--port", "8080", "--seed=-3", "--now", "2024-06-05T12:00Z", "--weight-per-minute", "100"].concat(
        ["--faults", JSON.stringify(faults), "--duplicates", "first"],
        ["--data", windowsPath, "--data", "ETHUSDT:1M:eth.csv"],
        ["--halt", "BTCUSDT:2024-01-01T02:00:00Z:2024-01-01T03:30Z", "--halt", "*:2024-01-01:2024-01-02"],
      ),
    )
    expect(commandLine).toEqual({
      help: false,
      options: {
        port: 8080,
        seed: -3,
        now: utc("2024-06-05T12:00:00Z"),
        limits: { weightPerMinute: 100 },
        faults,
        data: [
          {
            symbol: "BTCUSDT",
            timeframe: "1h",
            path: String.raw`C:\bars\btc:usdt.csv.gz`,
            duplicates: "first",
          },
          { symbol: "ETHUSDT", timeframe: "1mo", path: "eth.csv", duplicates: "first" },
        ],
        halts: [
          {
            symbol: "BTCUSDT",
            range: { from: utc("2024-01-01T02:00:00Z"), to: utc("2024-01-01T03:30:00Z") },
          },
          { symbol: "*", range: { from: utc("2024-01-01"), to: utc("2024-01-02") } },
        ],
      },
    })
  })

  it("may name shares that are not listed, and splits", async () => {
    expect(
      await readCommandLine(["--data", "XLK@XNYS:1d:xlk.csv", "--split", "AAPL:2024-06-03:4/1"]),
    ).toMatchObject({
      options: {
        data: [{ symbol: "XLK", market: "XNYS", timeframe: "1d", path: "xlk.csv" }],
        events: [{ symbol: "AAPL", time: utc("2024-06-03"), split: [4, 1] }],
      },
    })
  })

  it("may name a file of faults", async () => {
    const folder = await mkdtemp(join(tmpdir(), "simulator-"))
    const file = join(folder, "faults.json")
    await writeFile(file, '[{"fault":{"type":"reset"}}]')
    expect(await readCommandLine(["--faults", file])).toMatchObject({
      options: { faults: [{ fault: { type: "reset" } }] },
    })
    await rm(folder, { recursive: true })
  })

  it.each([
    [["--bogus"], "--bogus"],
    [["extra"], "extra"],
    [["--seed"], "--seed"],
    [["--seed", "1.5"], "--seed"],
    [["--now", "yesterday"], "yesterday"],
    [["--data", "BTCUSDT:1h"], "SYMBOL:TIMEFRAME:FILE"],
    [["--data", "BTCUSDT:7h:x.csv"], "7h"],
    [["--duplicates", "both"], "refuse first last"],
    [["--halt", "BTCUSDT:now:later"], "SYMBOL:FROM:TO"],
    [["--split", "AAPL:2024-06-03:4"], "SYMBOL:TIME:NEW/OLD"],
    [["--faults", "[{]"], "JSON"],
    [["--faults", "[{}]"], "faults[0].fault"],
    [["--faults", "no-such-file.json"], "no-such-file.json"],
  ])("is refused in one line: %j", async (args, words) => {
    const refused = readCommandLine(args)
    await expect(refused).rejects.toMatchObject({
      _tag: "InvalidInput",
      message: expect.stringContaining(words),
    })
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining("\n") })
  })
})
