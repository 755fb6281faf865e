import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { resampleBars } from "@barkeep/market-data"
import { tradingCalendar } from "@barkeep/trading-calendar"
import type { ReportDocument } from "@barkeep/validation"
import { describe, expect, it } from "vitest"
import { temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"
import { apple, ether, filesOf, makeCache, put, spike, validate, walk, without } from "./validated-cache.ts"

const mainFile = join(import.meta.dirname, "../src/main.ts")

/** Whoever may do everything is not kept from writing by permissions. */
const anotherUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}

const readMain = `require("node:fs").readFileSync(${JSON.stringify(mainFile)})`
const isReadable =
  process.platform !== "win32" &&
  spawnSync(process.execPath, ["-e", readMain], { cwd: "/", ...anotherUser }).status === 0

const qualityOf = (folder: string, ...path: ReadonlyArray<string>): unknown =>
  (JSON.parse(readFileSync(join(folder, ...path), "utf8")) as { readonly data_quality: unknown }).data_quality

describe("barkeep validate", () => {
  it("shows the worst entry first, with coverage, gaps by reason and the largest one", async () => {
    const folder = await makeCache()
    const { code, stdout } = await validate(folder)
    expect(code).toBe(0)
    const lines = stdout.split("\n").map((line) => line.split(/ {2,}/))
    expect(lines[0]).toEqual(
      expect.arrayContaining(["symbol", "timeframe", "score", "status", "rows", "coverage", "to fill"]),
    )
    expect(lines[1]?.slice(0, 2)).toEqual(["BTCUSDT", "1h"])
    expect(lines[1]).toEqual(
      expect.arrayContaining(["0.9998", "invalid", "17518", "99.98 %", "1", "2 h unknown"]),
    )
    expect(lines.slice(2, 4).map(([symbol, , score, status]) => [symbol, score, status])).toEqual([
      ["AAPL", "1.0000", "valid"],
      ["ETHUSDT", "1.0000", "valid"],
    ])
    expect(stdout).toContain("3 entries, 18,498 rows, score 0.9999; details in ")
  })

  it("finds nothing in a complete year of a share at 1d, 1h, 5m and 1m, and each bar that is taken out", async () => {
    const folder = temporaryFolder()
    const calendar = tradingCalendar("XNYS")
    const minutes = walk(apple, "1m", [2023, 2023])
    const hours = resampleBars(minutes, calendar.binOf("1h"))
    const whole = { ...apple, symbol: "WHOLE" }
    for (const timeframe of ["1m", "5m", "1h", "1d"] as const)
      await put(folder, whole, timeframe, resampleBars(minutes, calendar.binOf(timeframe)))
    // The first hour of the year, the last one of a half day, the last one before the turn of the year.
    const halfDay = calendar.sessions({ start: "2023-07-03", end: "2023-07-03" })[0]?.close as number
    const lost = [0, hours.openTime.findLastIndex((time) => time < halfDay), hours.openTime.length - 1]
    await put(folder, { ...apple, symbol: "HOLED" }, "1h", without(hours, lost), [
      minutes.openTime[0] as number,
      Date.UTC(2024, 0, 1, 5),
    ])
    const { stdout } = await validate(folder, "--json")
    const { detailed_results: results, gap_analysis: gaps } = JSON.parse(stdout) as ReportDocument
    const complete = Object.values(results).filter(({ symbol }) => symbol === "WHOLE")
    expect(complete.map((entry) => [entry.interval, entry.overall_status, entry.quality_score])).toEqual(
      ["1m", "5m", "1h", "1d"].map((timeframe) => [timeframe, "valid", 1]),
    )
    expect(complete.flatMap((entry) => entry.yearly_breakdown["2023"]?.findings)).toEqual([])
    expect([gaps["WHOLE_1m"], gaps["WHOLE_5m"], gaps["WHOLE_1h"], gaps["WHOLE_1d"]]).toEqual([[], [], [], []])
    expect(gaps["HOLED_1h"]?.map(({ start, end, missing_bars }) => [start, end, missing_bars])).toEqual([
      ["2023-01-03T09:30:00-05:00", "2023-01-03T10:30:00-05:00", 1],
      ["2023-07-03T12:30:00-04:00", "2023-07-03T13:30:00-04:00", 1],
      ["2023-12-29T15:30:00-05:00", "2023-12-29T16:30:00-05:00", 1],
    ])
  })

  it("lists findings and gaps on request", async () => {
    const folder = await makeCache()
    await put(folder, ether, "1d", spike(walk(ether, "1d", [2024, 2024])))
    const gaps = await validate(folder, "--reason", "unknown")
    expect(gaps.stdout).toMatch(
      /BTCUSDT {2}1h +2022-12-31T23:00:00\+00:00 {2}2023-01-01T01:00:00\+00:00 +2 +2.00 {2}unknown/,
    )
    const outages = await validate(folder, "--reason", "outage")
    expect(outages.stdout).not.toContain("2022-12-31T23:00:00")
    const details = await validate(folder, "--details")
    expect(details.stdout).toMatch(
      /ETHUSDT {2}1d +2024 {2}warning +spike +1 {2}.*2024-02-10T00:00:00\+00:00: close before/,
    )
    expect(details.stdout).toContain("2022-12-31T23:00:00+00:00")
    expect((await validate(folder, "--reason", "rain")).code).toBe(2)
  })

  it("notes the measured quality in each metadata file, and nothing else", async () => {
    const folder = await makeCache()
    const metadata = join(folder, "BTCUSDT/1h/2022.metadata.json")
    const before = JSON.parse(readFileSync(metadata, "utf8")) as object
    await validate(folder)
    const after = JSON.parse(readFileSync(metadata, "utf8")) as object
    expect({ ...after, data_quality: null }).toEqual(before)
    expect(qualityOf(folder, "BTCUSDT/1h/2022.metadata.json")).toMatchObject({
      score: expect.closeTo(1 - 1 / 8760, 12) as number,
      validation_errors: [],
      gaps: 1,
      duplicates: 0,
      missing_bars: 1,
    })
    expect(qualityOf(folder, "AAPL/1d/2023.metadata.json")).toMatchObject({ score: 1, gaps: 0 })
    expect((await runApp(["verify", "--cache-dir", folder])).code).toBe(0)
  })

  it("reports a damaged file with its path, and judges the rest", async () => {
    const folder = await makeCache()
    const file = join(folder, "ETHUSDT/1d/2023.csv.gz")
    const bytes = readFileSync(file)
    bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] as number) ^ 0xff
    writeFileSync(file, bytes)
    const { code, stdout } = await validate(folder, "--json")
    expect(code).toBe(0)
    const document = JSON.parse(stdout) as ReportDocument
    const year = document.detailed_results["ETHUSDT_1d"]?.yearly_breakdown["2023"]
    expect(year).toMatchObject({ status: "error", rows: 0, quality_score: 0 })
    expect(year?.findings[0]).toMatchObject({ kind: "damaged-file", severity: "error", path: file })
    expect(document.detailed_results["ETHUSDT_1d"]?.yearly_breakdown["2022"]?.status).toBe("valid")
    expect(document.detailed_results["AAPL_1d"]?.overall_status).toBe("valid")
    expect((await validate(folder, "--details")).stdout).toContain(file)
    expect((await validate(folder, "--fail-under", "0.9")).code).toBe(1)
  })

  it("is a gate: it opens for what is there and good enough, for nothing else", async () => {
    const folder = await makeCache()
    const codes = async (...args: ReadonlyArray<string>) =>
      (await validate(folder, "--fail-under", ...args)).code
    expect(await codes("0.9")).toBe(0)
    expect(await codes("0.9999")).toBe(1)
    expect(await codes("0.9999", "--symbols", "AAPL,ETHUSDT")).toBe(0)
    expect(await codes("0.5", "--symbols", "AAPL,MSFT")).toBe(1)
    expect(await codes("0.5", "--symbols", "AAPL", "--intervals", "1h")).toBe(1)
    expect(await codes("98")).toBe(2)
    expect((await validate(temporaryFolder(), "--fail-under", "0.5")).code).toBe(1)
    expect((await validate(temporaryFolder())).code).toBe(0)
  })

  it.skipIf(!isReadable)(
    "judges a cache that it may only read, and says that nothing is kept there",
    async () => {
      const folder = await makeCache()
      const before = filesOf(folder)
      for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })]) {
        const path = join(folder, name)
        chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444)
      }
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [
          "--conditions=@barkeep/source",
          mainFile,
          "validate",
          "--cache-dir",
          folder,
          "--fail-under",
          "0.9999",
        ],
        { encoding: "utf8", env: { ...process.env, BARKEEP_LOG_LEVEL: "warn" }, ...anotherUser },
      )
      for (const name of ["", ...readdirSync(folder, { recursive: true, encoding: "utf8" })])
        chmodSync(join(folder, name), 0o755)
      expect([status, stdout]).toEqual([1, expect.stringContaining("3 entries, 18,498 rows")])
      expect(stderr).toContain("the report is not kept in the cache: EACCES")
      expect(stderr.match(/quality not noted/g)?.length).toBe(3)
      expect(filesOf(folder)).toEqual(before)
    },
  )

  it("wants a place for its page before it judges anything", async () => {
    const folder = await makeCache()
    for (const file of [join(folder, "nowhere/report.html"), folder]) {
      const { code, stdout, stderr } = await validate(folder, "--html", file)
      expect([code, stdout]).toEqual([2, ""])
      expect(stderr).toContain(`--html: ${JSON.stringify(file)} is not a file in a folder that exists`)
    }
    expect(filesOf(folder)).not.toContain("validate-metadata.json")
  })

  it("writes one page that needs nothing else", async () => {
    const folder = await makeCache()
    const page = join(temporaryFolder(), "report.html")
    await validate(folder, "--html", page)
    const html = readFileSync(page, "utf8")
    expect(html).toContain("<svg")
    expect(html).toContain("2022-12-31T23:00:00")
    expect(html).not.toMatch(/(src|href)="(?!#)/)
  })

  it("judges files of other programs by their bytes, and leaves their metadata alone", async () => {
    const folder = await makeCache()
    const file = join(folder, "ETHUSDT/1d/2022.csv.gz")
    const text = gunzipSync(readFileSync(file)).toString()
    const [header, ...lines] = text.trimEnd().split("\n") as [string, ...Array<string>]
    writeFileSync(file, gzipSync([header, lines[1], lines[0], lines[1], ...lines.slice(2)].join("\n") + "\n"))
    const metadata = readFileSync(join(folder, "ETHUSDT/1d/2022.metadata.json"), "utf8")
    const document = JSON.parse((await validate(folder, "--json")).stdout) as ReportDocument
    const year = document.detailed_results["ETHUSDT_1d"]?.yearly_breakdown["2022"]
    expect(year?.findings.map(({ kind, rows }) => [kind, rows])).toEqual(
      expect.arrayContaining([
        ["order", 1],
        ["duplicate", 1],
      ]),
    )
    expect(year?.sha256).toBe(createHash("sha256").update(readFileSync(file)).digest("hex"))
    expect(readFileSync(join(folder, "ETHUSDT/1d/2022.metadata.json"), "utf8")).toBe(metadata)
  })

  it("takes closures from a file, and judges anew when it changes", async () => {
    const folder = await makeCache()
    const additions = join(temporaryFolder(), "closures.json")
    writeFileSync(
      additions,
      JSON.stringify({ XNYS: { closures: [{ date: "2023-06-06", reason: "Made up" }] } }),
    )
    const { stdout } = await validate(folder, "--calendar-file", additions, "--json")
    const { AAPL_1d: entry } = (JSON.parse(stdout) as ReportDocument).detailed_results
    expect([entry?.expected_bars, entry?.yearly_breakdown["2023"]?.extra_bars]).toEqual([249, 1])
    const withoutFile = await validate(folder, "--fail-under", "1")
    expect(withoutFile.stderr).not.toContain("Nothing has changed")
    expect(withoutFile.stdout).toMatch(/AAPL +1d +1\.0000/)
    const again = await validate(folder, "--calendar-file", additions)
    expect(again.stdout).toMatch(/AAPL +1d +0\.99/)
    expect((await validate(folder, "--calendar-file", additions)).stderr).toContain("Nothing has changed")
  })
})
