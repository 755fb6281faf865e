import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { gunzipSync } from "node:zlib"
import { parseTimeframe } from "@barkeep/market-data"
import { type FaultRule, startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { barkeep, hasSharedData, sharedData, startBarkeep, temporaryFolder } from "./barkeep.ts"
import { findPandas } from "./pandas.ts"

// Processes are started here, perhaps on a machine with much else to do.
vi.setConfig({ testTimeout: 300_000 })

const simulate = async (options: Parameters<typeof startVendorSimulator>[0]) => {
  const simulator = await startVendorSimulator(options)
  onTestFinished(() => simulator.close())
  return simulator
}

/** Every data file of a cache: path from the cache's folder, and its text. */
const dataFiles = (cache: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(cache, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".csv.gz"))
      .toSorted()
      .map((name) => [name, gunzipSync(readFileSync(join(cache, name))).toString()]),
  )

/** The rows of a plain OHLCV CSV as doubles, by open time. */
const rowsOf = (csv: string): Map<number, ReadonlyArray<number>> => new Map(rowsInFile(csv))

const rowsInFile = (csv: string): ReadonlyArray<readonly [number, ReadonlyArray<number>]> =>
  csv
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => {
      const [time = "", ...cells] = line.split(",")
      const iso = time.includes("T") || time.length === 10 ? time : `${time.replace(" ", "T")}Z`
      return [Date.parse(iso), cells.slice(0, 5).map(Number)] as const
    })

const twoYears = [
  "--symbols",
  "BTCUSDT",
  "--intervals",
  "1h",
  "--start-date",
  "2022-01-01",
  "--end-date",
  "2023-12-31",
]

const randomFrom = (low: number, high: number): number => low + Math.floor(Math.random() * (high - low + 1))

/** Seven runs are killed when their n-th request comes, three at a commit with no answer from the n-th request on. */
const randomMoments =
  (requestsBefore: readonly [low: number, high: number], requestsForCommit: number) => () =>
    Array.from({ length: 10 }, (_, index) =>
      index < 7
        ? { request: randomFrom(...requestsBefore), isAtCommit: false }
        : { request: randomFrom(requestsForCommit, requestsForCommit + 4), isAtCommit: true },
    ).toSorted(() => Math.random() - 0.5)

/**
 * From the n-th request on nothing is answered: no machine is fast enough to end a run before it is killed, and all runs
 * together get fewer answers than the whole range takes, so that there is always something left to kill. Files are asked
 * for eight at a time and may come in any order, but are committed in order: the first is among so many answers.
 */
const killedRuns = [
  {
    source: "the archive",
    args: [
      ...["populate", "--symbols", "BTCUSDT", "--intervals", "15m"],
      ...["--start-date", "2019-01-01", "--end-date", "2022-12-31"],
    ],
    moments: randomMoments([1, 4], 17),
  },
  {
    source: "the REST API",
    args: [
      ...["populate", "--symbols", "BTCUSDT,ETHUSDT,BNBUSDT,SOLUSDT", "--intervals", "4h,2h,1h,30m"],
      ...["--start-date", "2022-01-01", "--end-date", "2022-12-31"],
    ],
    moments: randomMoments([1, 8], 16),
  },
]

const neverAnsweredFrom = (first: number): FaultRule => ({
  nth: Array.from({ length: 500 }, (_, index) => first + index),
  fault: { type: "hang" },
})

/** Which entry a request is about, and the end of what it asks for; a look for the first bar asks for nothing. */
const askedFor = ({ path, query }: { readonly path: string; readonly query: string }) => {
  const file = /\/([A-Z]+)\/(\w+)\/\w+-\w+-(\d{4})-(\d\d)\.zip/.exec(path)
  if (file !== null)
    return { entry: `${file[1]}/${file[2]}`, until: Date.UTC(Number(file[3]), Number(file[4])) }
  const parameters = new URLSearchParams(query)
  const isLookup = parameters.get("startTime") === "0"
  return {
    entry: `${parameters.get("symbol")}/${parameters.get("interval")}`,
    until: isLookup ? Number.POSITIVE_INFINITY : Number(parameters.get("endTime")),
  }
}

/** Changes with every commit. */
const metadataIn = (cache: string): string =>
  (existsSync(cache) ? readdirSync(cache, { recursive: true, encoding: "utf8" }) : [])
    .filter((name) => name.endsWith(".metadata.json"))
    .map((name) => `${name} ${statSync(join(cache, name), { throwIfNoEntry: false })?.ino}`)
    .join()

/** Open time of the last committed bar of each entry; rows are committed in order here. */
const storedUntil = (cache: string): { readonly [entry: string]: number } =>
  Object.fromEntries(
    (existsSync(cache) ? readdirSync(cache, { recursive: true, encoding: "utf8" }) : [])
      .filter((name) => name.endsWith(".csv.gz"))
      .toSorted()
      .map((name) => {
        const last = gunzipSync(readFileSync(join(cache, name)))
          .toString()
          .trimEnd()
          .split("\n")
          .at(-1)
        return [dirname(name), Date.parse(`${last?.split(",")[0]?.replace(" ", "T")}Z`)]
      }),
  )

describe("populate over real HTTP", () => {
  it("fills the cache; the second run asks for nothing and writes nothing", async () => {
    const simulator = await simulate({ seed: 7 })
    const cache = join(temporaryFolder(), "cache")
    const run = () =>
      barkeep(["populate", ...twoYears, "--cache-dir", cache, "--json"], { ...simulator.urls })
    const first = await run()
    expect(first.stderr).toBe("")
    expect(JSON.parse(first.stdout)).toMatchObject({ rowsAdded: 17_520, failed: 0 })
    const before = simulator.counters().requests
    const files = dataFiles(cache)
    expect(Object.keys(files)).toEqual(["BTCUSDT/1h/2022.csv.gz", "BTCUSDT/1h/2023.csv.gz"])
    const second = await run()
    expect(JSON.parse(second.stdout)).toMatchObject({ rowsAdded: 0, outcomes: [{ status: "UpToDate" }] })
    expect(simulator.counters().requests).toBe(before)
    expect(dataFiles(cache)).toEqual(files)
  })

  it("the plan names the calls and their weight, and the run makes exactly those", async () => {
    const simulator = await simulate({ seed: 7 })
    const cache = join(temporaryFolder(), "cache")
    const plan = await barkeep(["populate", ...twoYears, "--cache-dir", cache, "--plan", "--json"], {
      ...simulator.urls,
    })
    const { totals } = JSON.parse(plan.stdout) as { totals: ReadonlyArray<{ calls: number; cost: number }> }
    const spentOnPlanning = simulator.counters()
    await barkeep(["populate", ...twoYears, "--cache-dir", cache], { ...simulator.urls })
    expect(simulator.counters().requests - spentOnPlanning.requests).toBe(totals[0]?.calls)
    expect(simulator.counters().weight - spentOnPlanning.weight).toBe(totals[0]?.cost)
  })

  it.each(killedRuns)(
    "killed at ten random moments of a run against $source and resumed, the cache equals an undisturbed one and nothing committed is fetched again",
    async ({ args, moments }) => {
      const simulator = await simulate({ seed: 11 })
      const populate = (cache: string) => startBarkeep([...args, "--cache-dir", cache], { ...simulator.urls })
      const undisturbed = join(temporaryFolder(), "cache")
      expect((await populate(undisturbed).finished).code).toBe(0)

      const cache = join(temporaryFolder(), "cache")
      const planned = moments()
      for (const { request, isAtCommit } of planned) {
        const committed = storedUntil(cache)
        const metadata = metadataIn(cache)
        simulator.clearLog()
        simulator.setFaults([neverAnsweredFrom(request)])
        const { child, finished } = populate(cache)
        if (isAtCommit) while (metadataIn(cache) === metadata) await sleep(2)
        else while (simulator.log.length < request) await sleep(2)
        child.kill("SIGKILL")
        expect([(await finished).signal, planned]).toEqual(["SIGKILL", planned])
        const askedAgain = simulator.log.filter((logged) => {
          const { entry, until } = askedFor(logged)
          return until <= (committed[entry] ?? 0)
        })
        expect([askedAgain, planned]).toEqual([[], planned])
        const now = storedUntil(cache)
        if (isAtCommit) expect(now).not.toEqual(committed)
        for (const [entry, time] of Object.entries(committed)) expect(now[entry]).toBeGreaterThanOrEqual(time)
      }
      simulator.setFaults([])
      expect((await populate(cache).finished).code).toBe(0)
      expect(dataFiles(cache)).toEqual(dataFiles(undisturbed))
    },
  )

  it("keeps to the stated weight per minute and to every Retry-After", async () => {
    const simulator = await simulate({
      seed: 5,
      faults: [
        {
          match: { endpoint: "klines" },
          every: 9,
          times: 3,
          fault: { type: "rate-limited", retryAfterSeconds: 1 },
        },
      ],
    })
    const cache = join(temporaryFolder(), "cache")
    const result = await barkeep(
      [
        "populate",
        "--symbols",
        "BTCUSDT,ETHUSDT",
        "--intervals",
        "1h",
        "--start-date",
        "2020-01-01",
        "--end-date",
        "2021-12-31",
        "--cache-dir",
        cache,
      ],
      { ...simulator.urls },
    )
    expect(result.code).toBe(0)
    const counters = simulator.counters()
    expect(counters.byFault["rate-limited"]).toBe(3)
    expect([counters.insidePause, counters.insideBan]).toEqual([0, 0])
    expect(counters.maxWeightPerMinute).toBeLessThanOrEqual(6000)
  })

  it.skipIf(!hasSharedData).each([
    ["BTCUSDT", "1h", "lean_binance_BTCUSDT_1h.csv.gz", "2018-05-01", "2018-05-31", 3],
    ["BTCUSDT", "1h", "binance_BTCUSDT_1h_cdd.csv.gz", "2017-08-01", "2021-06-30", 3],
    ["BTCBUSD", "1m", "binance_BTCBUSD_1m_20221213.csv.gz", "2022-12-13", "2022-12-13", 0],
  ] as const)(
    "real %s %s of %s goes in and comes back bit for bit (needs ../shared/data)",
    async (symbol, timeframe, name, start, end, code) => {
      const file = join(sharedData, "ohlcv/crypto", name)
      const simulator = await simulate({
        data: [{ symbol, timeframe: parseTimeframe(timeframe), path: file }],
      })
      const cache = join(temporaryFolder(), "cache")
      const dates = ["--start-date", start, "--end-date", end]
      const result = await barkeep(
        ["populate", "--symbols", symbol, "--intervals", timeframe, ...dates, "--cache-dir", cache],
        { ...simulator.urls },
      )
      // That a recording ends before the range does looks like an answer that has lost its bars.
      expect(result.code).toBe(code)
      const { stdout } = await barkeep(["get", symbol, timeframe, "--cache-dir", cache])
      // The first of rows that share an open time, as the simulator serves them.
      const served = new Map(rowsInFile(gunzipSync(readFileSync(file)).toString()).toReversed())
      expect(rowsOf(stdout)).toEqual(new Map([...served].toSorted(([a], [b]) => a - b)))
    },
  )
})

const pandas = findPandas()

describe("the files are read by others with no option", () => {
  it("zcat", async () => {
    const { cache, text } = await filled()
    expect(execFileSync("zcat", [join(cache, "BTCUSDT/1h/2023.csv.gz")], { encoding: "utf8" })).toBe(text)
    expect(text.startsWith("timestamp,open,high,low,close,volume\n2023-01-01 00:00:00,")).toBe(true)
  })

  it.skipIf(pandas === undefined)("pandas (needs python3-pandas)", async () => {
    const { cache, text } = await filled()
    const code = `import pandas, sys; d = pandas.read_csv(sys.argv[1]); print(len(d), repr(float(d["close"].iloc[-1])))`
    const [rows, close] = execFileSync(
      pandas as string,
      ["-c", code, join(cache, "BTCUSDT/1h/2023.csv.gz")],
      {
        encoding: "utf8",
      },
    ).split(" ")
    const lines = text.trim().split("\n")
    expect(Number(rows)).toBe(lines.length - 1)
    expect(Number(close)).toBe(Number(lines.at(-1)?.split(",")[4]))
  })

  const filled = async (): Promise<{ readonly cache: string; readonly text: string }> => {
    const simulator = await simulate({ seed: 3 })
    const cache = join(temporaryFolder(), "cache")
    await barkeep(
      [
        "populate",
        "--symbols",
        "BTCUSDT",
        "--intervals",
        "1h",
        "--start-date",
        "2023-01-01",
        "--end-date",
        "2023-03-31",
        "--cache-dir",
        cache,
      ],
      { ...simulator.urls },
    )
    return { cache, text: dataFiles(cache)["BTCUSDT/1h/2023.csv.gz"] as string }
  }
})
