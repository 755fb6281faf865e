import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { openCache } from "@barkeep/cache-core"
import { parseReportDocument, type ReportDocument } from "@barkeep/validation"
import { describe, expect, it, vi } from "vitest"
import { refreshReport } from "../src/fresh-report.ts"
import { untilTick, validationSource } from "../src/validation-source.ts"
import { temporaryFolder } from "./barkeep.ts"
import { apple, bitcoin, ether, filesOf, makeCache, put, spike, validate, walk } from "./validated-cache.ts"

const qualityOf = (folder: string, ...path: ReadonlyArray<string>): unknown =>
  (JSON.parse(readFileSync(join(folder, ...path), "utf8")) as { readonly data_quality: unknown }).data_quality

const stateOf = (folder: string): ReadonlyArray<string> =>
  filesOf(folder).map((name) => {
    const { mtimeMs, size, ino } = statSync(join(folder, name))
    return `${name} ${mtimeMs} ${size} ${ino}`
  })

describe("a second validation", () => {
  it("says the same again without writing anything when nothing has changed, and sees what has", async () => {
    const folder = await makeCache()
    const first = await validate(folder)
    const state = stateOf(folder)
    const again = await validate(folder)
    expect(again.stdout).toBe(first.stdout)
    expect(again.stderr).toMatch(/^Nothing has changed since \d{4}-/)
    const json = await validate(folder, "--json")
    expect(parseReportDocument(JSON.parse(json.stdout)).entries.length).toBe(3)
    expect((await validate(folder, "--html", join(temporaryFolder(), "report.html"))).stdout).toBe(
      first.stdout,
    )
    expect(stateOf(folder)).toEqual(state)
    await put(folder, bitcoin, "1h", walk(bitcoin, "1h", [2022, 2022]))
    const filled = await validate(folder)
    expect(filled.stderr).not.toContain("Nothing has changed")
    expect(filled.stdout).toMatch(/BTCUSDT {2}1h +0\.9999 {2}invalid +17519/)
    expect(qualityOf(folder, "BTCUSDT/1h/2022.metadata.json")).toMatchObject({ score: 1, gaps: 0 })
  })

  it.each<[string, (folder: string) => unknown, number]>([
    ["an entry that is new", (folder) => put(folder, ether, "1h", walk(ether, "1h", [2023, 2023])), 4],
    ["a file that is gone", (folder) => rmSync(join(folder, "ETHUSDT/1d/2023.csv.gz")), 3],
    ["a folder that is gone", (folder) => rmSync(join(folder, "ETHUSDT"), { recursive: true }), 2],
    [
      "a file that was touched",
      (folder) => utimesSync(join(folder, "AAPL/1d/2023.csv.gz"), new Date(0), new Date(0)),
      3,
    ],
    [
      "metadata that were edited",
      (folder) => {
        const file = join(folder, "AAPL/1d/2023.metadata.json")
        writeFileSync(file, `${readFileSync(file, "utf8")}\n`)
      },
      3,
    ],
    ["a report that is gone", (folder) => rmSync(join(folder, "validate-metadata.json")), 3],
    [
      "an index that is none",
      (folder) => writeFileSync(join(folder, "_barkeep/validation-index.json"), "{"),
      3,
    ],
  ])("looks again after %s, and finds nothing changed after that", async (_name, change, entries) => {
    const folder = await makeCache()
    await validate(folder)
    await change(folder)
    const [seen, again] = [await validate(folder), await validate(folder)]
    expect([seen.stderr, again.stdout]).toEqual(["", seen.stdout])
    expect(again.stderr).toContain("Nothing has changed")
    expect(seen.stdout).toContain(`${entries} entries, `)
  })

  it("of files of another program finds nothing changed, the first time already", async () => {
    const [folder, made] = [temporaryFolder(), await makeCache()]
    mkdirSync(join(folder, "ohlcv/ETHUSDT/1d"), { recursive: true })
    for (const year of [2022, 2023])
      cpSync(join(made, `ETHUSDT/1d/${year}.csv.gz`), join(folder, `ohlcv/ETHUSDT/1d/${year}.csv.gz`))
    const first = await validate(folder)
    const again = await validate(folder)
    expect(again.stderr).toContain("Nothing has changed")
    expect(again.stdout).toBe(first.stdout)
    expect(first.stdout).toMatch(/ETHUSDT +1d +1\.0000 +valid +730/)
  })

  it("of one symbol keeps what is known of the others, as long as they are stored", async () => {
    const folder = await makeCache()
    await validate(folder)
    const keys = (): ReadonlyArray<string> => {
      const text = readFileSync(join(folder, "validate-metadata.json"), "utf8")
      return Object.keys((JSON.parse(text) as ReportDocument).detailed_results)
    }
    await put(folder, apple, "1h", walk(apple, "1h", [2023, 2023]))
    await validate(folder, "--symbols", "AAPL")
    expect(keys()).toEqual(["AAPL_1h", "AAPL_1d", "BTCUSDT_1h", "ETHUSDT_1d"])
    rmSync(join(folder, "ETHUSDT"), { recursive: true })
    await validate(folder, "--symbols", "AAPL")
    expect(keys()).toEqual(["AAPL_1h", "AAPL_1d", "BTCUSDT_1h"])
  })

  it("leaves no line in the log file when nothing has changed", async () => {
    const folder = await makeCache()
    const state = temporaryFolder()
    vi.stubEnv("BARKEEP_STATE_DIR", state)
    try {
      await validate(folder)
      const again = await validate(folder)
      expect([again.code, readdirSync(state)]).toEqual([0, []])
    } finally {
      vi.unstubAllEnvs()
    }
  })

  it("is brought up to date with the closures that it was made with, and in the order it had", async () => {
    const folder = await makeCache()
    await put(folder, apple, "1h", walk(apple, "1h", [2023, 2023]))
    const additions = join(temporaryFolder(), "closures.json")
    writeFileSync(
      additions,
      JSON.stringify({ XNYS: { closures: [{ date: "2023-06-06", reason: "Made up" }] } }),
    )
    await validate(folder, "--calendar-file", additions)
    const path = join(folder, "validate-metadata.json")
    const before = JSON.parse(readFileSync(path, "utf8")) as ReportDocument
    await put(folder, apple, "1d", spike(walk(apple, "1d", [2024, 2024])))
    const cache = await openCache(folder)
    const context = { signal: new AbortController().signal, now: () => Date.UTC(2026, 5) }
    await refreshReport(
      cache,
      parseReportDocument(before),
      { symbols: ["AAPL"], timeframes: ["1d"] },
      context,
    )
    const after = JSON.parse(readFileSync(path, "utf8")) as ReportDocument
    const results = after.detailed_results
    expect(Object.keys(results)).toEqual(["AAPL_1h", "AAPL_1d", "BTCUSDT_1h", "ETHUSDT_1d"])
    expect(results["AAPL_1d"]?.yearly_breakdown["2023"]).toMatchObject({ expected_bars: 249, extra_bars: 1 })
    expect(results["AAPL_1d"]?.yearly_breakdown["2024"]?.findings.map(({ kind }) => kind)).toEqual(["spike"])
    expect(results["AAPL_1h"]).toEqual({
      ...before.detailed_results["AAPL_1h"],
      validation_timestamp: "2026-06-01T00:00:00+00:00",
    })
    expect(after.settings).toBe(before.settings)
  })
})

describe("the wait before files are judged", () => {
  it("lets a change in place to the same size show, however soon it comes after", async () => {
    const folder = await makeCache()
    const cache = await openCache(folder)
    const file = join(folder, "ETHUSDT/1d/2023.csv.gz")
    const bytes = readFileSync(file)
    const markOf = async (): Promise<string | undefined> => {
      const entries = await validationSource(cache).entries()
      return entries.find(({ symbol }) => symbol === "ETHUSDT")?.years.at(-1)?.fingerprint
    }
    for (let round = 0; round < 5; round += 1) {
      writeFileSync(file, bytes)
      const before = await markOf()
      writeFileSync(file, bytes)
      expect(await markOf()).not.toBe(before)
    }
  })

  it.each([
    ["not at all after a file that is old enough", 1_000_000.5, 1_000_030, 0],
    ["until the clock of the file system has ticked", 1_000_000.5, 1_000_005, 15.5],
    ["up to two seconds where whole seconds are noted", 1_000_000, 1_000_500, 1500],
    ["no longer than a tick when the server's clock is ahead", 9_000_000.5, 1_000_000, 20],
  ])("is %s", (_name, changedAt, now, wait) => {
    expect(untilTick(changedAt, now)).toBe(wait)
  })
})
