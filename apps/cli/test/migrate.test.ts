import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync, gzipSync } from "node:zlib"
import { migrationTarget, openCache, readSourceRows } from "@barkeep/cache-core"
import {
  type Certificate,
  migrate,
  type MigrateOptions,
  type PlanJson,
  type VerifiedMigration,
} from "@barkeep/migration"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest"
import { runMigrationKills } from "../bench/migrate-kills.ts"
import { hasSharedData, sharedData, temporaryFolder } from "./barkeep.ts"
import {
  at,
  cryptoLines,
  csv,
  type Files,
  gzip,
  header,
  linesOf,
  snapshot,
  textOf,
  unifiedMetadata,
  weekdayLines,
  writeTree,
  yearFolderMetadata,
  yearsMetadata,
} from "./old-caches.ts"
import { keepFolder } from "./kept-folder.ts"
import { findPandas } from "./pandas.ts"
import { runApp } from "./run-app.ts"

const hour = 3_600_000
const day = 24 * hour

beforeEach(() => {
  vi.stubEnv("BARKEEP_STATE_DIR", temporaryFolder())
})
afterEach(() => {
  vi.unstubAllEnvs()
})

interface Place {
  readonly old: string
  readonly new: string
}

const placeWith = (files: Files): Place => {
  const folder = temporaryFolder()
  return { old: writeTree(join(folder, "old"), files), new: join(folder, "new") }
}

const run = (place: Place, ...flags: ReadonlyArray<string>) =>
  runApp(["migrate", "--old-cache", place.old, "--new-cache", place.new, ...flags])

const optionsFor = async (place: Place): Promise<MigrateOptions> => ({
  oldCache: place.old,
  target: migrationTarget(await openCache(place.new)),
  readRows: readSourceRows,
})

const idsIn = (place: Place): ReadonlyArray<string> =>
  readdirSync(join(place.new, "_barkeep", "migrations")).toSorted()

const recordFile = (place: Place, name: string, id = idsIn(place).at(-1) as string): string =>
  join(place.new, "_barkeep", "migrations", id, name)

const certificateOf = (place: Place): Certificate =>
  JSON.parse(readFileSync(recordFile(place, "certificate.json"), "utf8")) as Certificate

const listOf = (place: Place, fate: string): ReadonlyArray<ReadonlyArray<string>> =>
  readFileSync(recordFile(place, `${fate}.csv`), "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","))

const migrateWell = async (place: Place, ...flags: ReadonlyArray<string>): Promise<Certificate> => {
  const { code, stderr } = await run(place, "--migrate", ...flags)
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" })
  return certificateOf(place)
}

/** Source = kept + duplicates + conflicts + refused, for each file, each entry and all, in rows and in hashes. */
const expectToAddUp = (plan: PlanJson): void => {
  const modulus = 1n << 256n
  const all = plan.entries.flatMap((entry) => [entry, ...entry.sources])
  for (const { fates } of [...all, plan]) {
    const parts = [fates.kept, fates.duplicates, fates.conflicts, fates.refused]
    expect(parts.reduce((sum, { rows }) => sum + rows, 0)).toBe(fates.source.rows)
    const hash = parts.reduce((sum, part) => (sum + BigInt(`0x${part.hash}`)) % modulus, 0n)
    expect(hash.toString(16).padStart(64, "0")).toBe(fates.source.hash)
  }
}

const countsOf = ({ entries }: PlanJson) =>
  Object.fromEntries(
    entries.map(({ symbol, timeframe, fates }) => [
      `${symbol} ${timeframe}`,
      [fates.source.rows, fates.kept.rows, fates.duplicates.rows, fates.conflicts.rows, fates.refused.rows],
    ]),
  )

const binanceColumns = `${header},close_time,quote_asset_volume,ignore`

describe("barkeep migrate", () => {
  const hours = cryptoLines(at("2020-01-01"), 100, hour)
  const days = cryptoLines(at("2020-01-01"), 40, day)
  const apple = weekdayLines(at("2019-01-02"), 60)

  it.each<[string, Files, string, ReadonlyArray<string>]>([
    [
      "a year folder",
      {
        "binance/BTCUSDT/1h/2020/data.csv": csv(hours),
        "binance/BTCUSDT/1h/2020/metadata.json": yearFolderMetadata("binance", "BTCUSDT", "1h", 2020),
      },
      "BTCUSDT/1h/2020.csv.gz",
      hours,
    ],
    [
      "gzip bytes under the name data.csv",
      { "binance/BTCUSDT/1h/2020/data.csv": gzip(csv(hours)) },
      "BTCUSDT/1h/2020.csv.gz",
      hours,
    ],
    [
      "several files of one year",
      {
        "binance/BTCUSDT/1h/2020/data.csv": csv(hours.slice(0, 50)),
        "binance/BTCUSDT/1h/2020/more.csv": csv(hours.slice(40)),
      },
      "BTCUSDT/1h/2020.csv.gz",
      hours,
    ],
    [
      "year files, plain and compressed",
      {
        "alpha_vantage/AAPL/1d/2019.csv": csv(apple),
        "alpha_vantage/AAPL/1d/metadata.json": yearsMetadata("alpha_vantage", "AAPL", "1d", [2019]),
      },
      "AAPL/1d/2019.csv.gz",
      apple,
    ],
    [
      "a unified tree with Binance's columns",
      {
        "BTCUSDT/1d/2020.csv.gz": gzip(
          csv(
            cryptoLines(at("2020-01-01"), 40, day, { extra: ",1577923199999,12.50000000,0" }),
            binanceColumns,
          ),
        ),
        "BTCUSDT/1d/2020.metadata.json": unifiedMetadata("binance", "BTCUSDT", "1d", 2020),
      },
      "BTCUSDT/1d/2020.csv.gz",
      days,
    ],
    [
      "a tree below ohlcv/",
      {
        "ohlcv/BTCUSDT/1d/2020.csv.gz": gzip(csv(days)),
        "ohlcv/_metadata/symbols.json": {},
      },
      "BTCUSDT/1d/2020.csv.gz",
      days,
    ],
    [
      "a tree that the original's migration wrote one folder too deep",
      {
        "BTCUSDT/1d/2020/2020.csv.gz": gzip(csv(days).replaceAll("\n", "\r\r\n")),
        "BTCUSDT/1d/2020/2020.metadata.json": unifiedMetadata("binance", "BTCUSDT", "1d", 2020),
      },
      "BTCUSDT/1d/2020.csv.gz",
      days,
    ],
    [
      "a backup whose file is gone, newest row first",
      { "binance/BTCUSDT/1d/2020.csv.backup": csv(days.toReversed()) },
      "BTCUSDT/1d/2020.csv.gz",
      days,
    ],
  ])("takes %s over, row by row", async (_what, files, path, lines) => {
    const place = placeWith(files)
    const before = snapshot(place.old)
    const certificate = await migrateWell(place)
    expectToAddUp(certificate)
    expect(linesOf(join(place.new, path))).toEqual(lines)
    expect(textOf(join(place.new, path)).split("\n")[0]).toBe(header)
    expect(snapshot(place.old)).toEqual(before)
    const verified = await run(place, "--verify", certificate.id)
    expect(verified.code).toBe(0)
    expect((await runApp(["verify", "--cache-dir", place.new])).code).toBe(0)
  })

  it("shows everything that would happen and writes nothing without --migrate", async () => {
    const place = placeWith({
      "yahoo/AAPL/1d/2019.csv": csv(apple),
      "mock/AAPL/1d/2019.csv": csv(apple),
      "yahoo/AAPL/1d/2020.tmp": "half a l",
      "notes.txt": "a stray file",
    })
    for (const flags of [["--dry-run"], [], ["--migrate", "--dry-run"]]) {
      const { code, stdout } = await run(place, ...flags)
      expect(code).toBe(0)
      for (const text of [
        /AAPL +1d +yahoo +America\/New_York +unknown +43 +43 +0 +0 +0/,
        "mock/AAPL/1d/2019.csv",
        "yahoo/AAPL/1d/2020.tmp",
        "notes.txt",
      ])
        expect(stdout).toMatch(text)
      expect(existsSync(place.new)).toBe(false)
    }
  })

  it("keeps the preferred provider's row and lists the other with both values", async () => {
    const other = [
      ...apple.slice(0, 9),
      "2019-01-15,1,2,0.5,1.5,7",
      ...apple.slice(10),
      "2019-03-04,5,6,4,5.5,8",
    ]
    const files = { "yahoo/AAPL/1d/2019.csv": csv(apple), "alpha_vantage/AAPL/1d/2019.csv": csv(other) }
    const place = placeWith(files)
    const certificate = await migrateWell(place)
    expectToAddUp(certificate)
    expect(countsOf(certificate)).toEqual({ "AAPL 1d": [87, 44, 42, 1, 0] })
    const [, ...kept] = (apple[9] as string).split(",")
    expect(listOf(place, "conflicts")).toEqual([
      [
        "AAPL",
        "1d",
        "alpha_vantage/AAPL/1d/2019.csv",
        "11",
        "2019-01-15T05:00:00Z",
        "1",
        "2",
        "0.5",
        "1.5",
        "7",
        "values differ",
        "yahoo/AAPL/1d/2019.csv",
        "11",
        ...kept,
        "",
      ],
    ])
    const cache = await openCache(place.new)
    const spans = await cache.provenance("AAPL", "1d")
    expect(spans.map(({ provider, method, rows }) => [provider, method, rows])).toEqual([
      ["yahoo", "migrated", 43],
      ["alpha_vantage", "migrated", 1],
    ])
    const reversed = placeWith(files)
    await migrateWell(reversed, "--prefer", "alpha_vantage")
    expect(linesOf(join(reversed.new, "AAPL/1d/2019.csv.gz"))).toEqual(other)
  })

  it("never mixes price bases: the other one is listed row by row and its files are kept", async () => {
    const place = placeWith({
      "yahoo/AAPL/1d/2019.csv": csv(weekdayLines(at("2019-01-02"), 60, { price: 0.25 })),
      "alpha_vantage/AAPL/1d/2019.csv": csv(weekdayLines(at("2019-01-03"), 61, { startIndex: 1 })),
    })
    const { code } = await run(place, "--migrate")
    expect(code).toBe(3)
    const certificate = certificateOf(place)
    expectToAddUp(certificate)
    expect(certificate.entries[0]).toMatchObject({ adjustment: "splits" })
    expect(countsOf(certificate)).toEqual({ "AAPL 1d": [86, 43, 0, 42, 1] })
    expect(listOf(place, "refused")).toMatchObject([
      {
        2: "alpha_vantage/AAPL/1d/2019.csv",
        4: "2019-03-04T05:00:00Z",
        10: expect.stringContaining("another price basis: 4 times"),
      },
    ])
    expect(readFileSync(recordFile(place, "sources/alpha_vantage/AAPL/1d/2019.csv"))).toEqual(
      readFileSync(join(place.old, "alpha_vantage/AAPL/1d/2019.csv")),
    )
  })

  it("accounts for each line of a file with damaged lines, and names files that cannot be read", async () => {
    const place = placeWith({
      "binance/BTCUSDT/1d/2020/data.csv": csv([
        ...days.slice(0, 3),
        "2020-01-04,1,x,1,1,1",
        "2020-01-05,1",
        'what, "now",1,1,1,1',
        ...days.slice(5),
      ]),
      "binance/ETHUSDT/1d/2020/data.csv": gzip(csv(days)).subarray(0, 200),
      "binance/LTCUSDT/1d/2020/data.csv": csv(days).slice(0, -1),
    })
    const { code, stdout } = await run(place, "--migrate")
    expect(code).toBe(3)
    expect(stdout).toContain("cannot be read: the file ends before its gzip data does")
    const certificate = certificateOf(place)
    expectToAddUp(certificate)
    expect(countsOf(certificate)).toMatchObject({
      "ETHUSDT 1d": [0, 0, 0, 0, 0],
      "LTCUSDT 1d": [40, 39, 0, 0, 1],
    })
    expect(existsSync(recordFile(place, "sources/binance/ETHUSDT/1d/2020/data.csv"))).toBe(true)
    const verified = await run(place, "--verify", certificate.id, "--json")
    expect((JSON.parse(verified.stdout) as VerifiedMigration).problems).toEqual([])
  })

  it("leaves made-up rows out unless asked", async () => {
    const mock = csv(cryptoLines(at("2020-02-01"), 60, day, { base: 90 }))
    const files = { "binance/BTCUSDT/1d/2020/data.csv": csv(days), "mock/BTCUSDT/1d/2020/data.csv": mock }
    const place = placeWith(files)
    const certificate = await migrateWell(place)
    expect(certificate.leftOut).toMatchObject([{ path: "mock/BTCUSDT/1d/2020/data.csv", provider: "mock" }])
    expect(linesOf(join(place.new, "BTCUSDT/1d/2020.csv.gz"))).toEqual(days)
    const asked = placeWith(files)
    const whole = await migrateWell(asked, "--include-mock")
    expectToAddUp(whole)
    expect(countsOf(whole)).toEqual({ "BTCUSDT 1d": [100, 91, 0, 9, 0] })
  })

  it("changes nothing the second time, and takes new files over the third", async () => {
    const place = placeWith({
      "yahoo/AAPL/1d/2019.csv": csv(apple),
      "alpha_vantage/AAPL/1d/2019.csv": csv(apple),
    })
    const { id } = await migrateWell(place)
    const after = snapshot(place.new)
    const again = await run(place, "--migrate")
    expect([again.code, again.stdout]).toEqual([
      0,
      `Nothing to do: migration ${id} has taken over all of it\n`,
    ])
    expect(snapshot(place.new)).toEqual(after)
    writeTree(place.old, { "yahoo/AAPL/1d/2020.csv": csv(weekdayLines(at("2020-01-02"), 9)) })
    const more = await migrateWell(place)
    expectToAddUp(more)
    expect(countsOf(more)).toEqual({ "AAPL 1d": [93, 7, 86, 0, 0] })
    expect((await run(place, "--verify", id)).code).toBe(0)
    expect((await run(place, "--verify", more.id)).code).toBe(0)
  })

  it("finds one changed digit in a migrated file, in a list, and in the certificate", async () => {
    const place = placeWith({
      "yahoo/AAPL/1d/2019.csv": csv(apple),
      "alpha_vantage/AAPL/1d/2019.csv": csv(apple),
    })
    const { id } = await migrateWell(place)
    const changes: ReadonlyArray<[string, (bytes: Buffer) => Uint8Array]> = [
      [
        join(place.new, "AAPL/1d/2019.csv.gz"),
        (bytes) => gzipSync(gunzipSync(bytes).toString("utf8").replace("1010", "1011")),
      ],
      [
        join(place.new, "AAPL/1d/2019.metadata.json"),
        (bytes) => Buffer.from(bytes.toString("utf8").replace(id, `${id}0`)),
      ],
      [
        recordFile(place, "duplicates.csv"),
        (bytes) => Buffer.from(bytes.toString("utf8").replace("1010", "1011")),
      ],
      [
        recordFile(place, "certificate.json"),
        (bytes) => Buffer.from(bytes.toString("utf8").replace('"hash": "', '"hash": "0')),
      ],
      [
        recordFile(place, "certificate.json"),
        (bytes) => Buffer.from(bytes.toString("utf8").replace(/"rows": 43/, '"rows": 42')),
      ],
    ]
    for (const [file, change] of changes) {
      const before = readFileSync(file)
      writeFileSync(file, change(before))
      expect(readFileSync(file).equals(before)).toBe(false)
      expect([file, (await run(place, "--verify", id)).code]).toEqual([file, 4])
      writeFileSync(file, before)
    }
    expect((await run(place, "--verify", id)).code).toBe(0)
  })

  it("is taken back byte for byte, with what the new cache had before", async () => {
    const place = placeWith({
      "binance/BTCUSDT/1d/2020/data.csv": csv(days),
      "binance/BTCUSDT/1d/2021/data.csv": csv(cryptoLines(at("2021-01-01"), 5, day)),
      "yahoo/AAPL/1d/2019.csv": csv(apple),
    })
    writeTree(place.new, {
      "BTCUSDT/1d/2020.csv.gz": gzip(csv(cryptoLines(at("2020-01-10"), 5, day, { base: 95 }))),
      "BTCUSDT/1d/2020.metadata.json": unifiedMetadata("binance", "BTCUSDT", "1d", 2020),
    })
    const before = snapshot(place.new)
    const certificate = await migrateWell(place)
    expectToAddUp(certificate)
    expect(countsOf(certificate)["BTCUSDT 1d"]).toEqual([45, 40, 0, 5, 0])
    const back = await run(place, "--rollback", certificate.id)
    expect(back.code).toBe(0)
    expect(snapshot(place.new, (path) => path.startsWith("_barkeep"))).toEqual(before)
    expect((await run(place, "--rollback", certificate.id)).stdout).toContain("0 entries rolled back")
    expect((await run(place, "--verify", certificate.id)).code).toBe(4)
    expect(countsOf(await migrateWell(place))).toEqual(countsOf(certificate))
  })

  it("does not take an entry back that somebody has written to since, and says so", async () => {
    const place = placeWith({
      "binance/BTCUSDT/1d/2020/data.csv": csv(days),
      "yahoo/AAPL/1d/2019.csv": csv(apple),
    })
    const { id } = await migrateWell(place)
    const more = placeWith({ "binance/BTCUSDT/1d/2021/data.csv": csv(cryptoLines(at("2021-01-01"), 5, day)) })
    await migrateWell({ old: more.old, new: place.new })
    const { code, stdout } = await run(place, "--rollback", id)
    expect(code).toBe(3)
    expect(stdout).toContain("BTCUSDT 1d stays: rows were added or changed since; they would be lost")
    expect(existsSync(join(place.new, "AAPL"))).toBe(false)
    expect(linesOf(join(place.new, "BTCUSDT/1d/2020.csv.gz"))).toEqual(days)
  })

  it("writes nothing when the plan is declined", async () => {
    const place = placeWith({ "binance/BTCUSDT/1d/2020/data.csv": csv(days) })
    const report = await migrate({
      ...(await optionsFor(place)),
      confirm: async ({ fates }) => fates.kept.rows !== 40,
    })
    expect(report.status).toBe("declined")
    expect(existsSync(place.new)).toBe(false)
  })

  it("stops at a file that changes under it, and continues with the same options once it is back", async () => {
    const place = placeWith({
      "binance/BTCUSDT/1d/2020/data.csv": csv(days),
      "yahoo/AAPL/1d/2019.csv": csv(apple),
    })
    const file = join(place.old, "yahoo/AAPL/1d/2019.csv")
    const before = readFileSync(file)
    const options = await optionsFor(place)
    const stopped = await migrate({
      ...options,
      onEvent: ({ _tag }) => {
        if (_tag === "Started") writeFileSync(file, csv(apple.slice(1)))
      },
    })
    expect(stopped).toMatchObject({
      status: "partial",
      failed: [
        { symbol: "AAPL", error: { subject: "yahoo/AAPL/1d/2019.csv", reason: { _tag: "SourceChanged" } } },
      ],
    })
    expect(existsSync(join(place.new, "AAPL"))).toBe(false)
    writeFileSync(file, before)
    await expect(migrate({ ...options, prefer: ["yahoo"] })).rejects.toMatchObject({ _tag: "InvalidInput" })
    expect(await migrate(options)).toMatchObject({ status: "migrated", id: stopped.id })
    expect(linesOf(join(place.new, "AAPL/1d/2019.csv.gz"))).toEqual(apple)
    expectToAddUp(certificateOf(place))
  })

  it("moves the old cache aside when asked, and back", async () => {
    const place = placeWith({ "binance/BTCUSDT/1d/2020/data.csv": csv(days), "stray.txt": "kept" })
    const before = snapshot(place.old)
    expect((await run(place, "--migrate", "--move")).code).toBe(2)
    const { id } = await migrateWell(place, "--move", "--yes")
    expect(existsSync(place.old)).toBe(false)
    expect(snapshot(`${place.old}.migrated-${id}`)).toEqual(before)
    expect((await run(place, "--verify", id)).stdout).toContain("1 files of the old cache are unchanged")
    expect((await run(place, "--migrate", "--move", "--yes")).stdout).toContain("Nothing to do")
    expect((await run(place, "--rollback", id)).code).toBe(0)
    expect(snapshot(place.old)).toEqual(before)
  })

  it.each<[string, (place: Place) => ReadonlyArray<string>]>([
    ["an old cache that is not there", (place) => ["--old-cache", `${place.old}x`]],
    ["a new cache inside the old one", (place) => ["--new-cache", join(place.old, "new")]],
    ["the old cache as the new one", (place) => ["--new-cache", place.old]],
    ["an unknown migration", () => ["--verify", "20200101-000000"]],
    ["an id that is a path", () => ["--rollback", "../../x"]],
    ["two things at once", () => ["--migrate", "--verify", "x"]],
  ])("refuses %s with exit code 2 and writes nothing", async (_what, flags) => {
    const place = placeWith({ "binance/BTCUSDT/1d/2020/data.csv": csv(days) })
    const given = flags(place)
    const rest = ["--old-cache", place.old, "--new-cache", place.new].filter(
      (flag, index, all) => !given.includes(flag.startsWith("--") ? flag : (all[index - 1] as string)),
    )
    const before = snapshot(place.old)
    const { code } = await runApp(["migrate", ...rest, ...given])
    expect(code).toBe(2)
    expect(snapshot(place.old)).toEqual(before)
    expect(existsSync(place.new)).toBe(false)
  })

  it("is exact after kills at random moments, resumed or rolled back", { timeout: 120_000 }, async () => {
    const { kills, problems } = await runMigrationKills({ kills: 2, seed: 5 })
    expect(problems).toEqual([])
    expect(kills).toBeGreaterThanOrEqual(2)
  })

  it("makes caches whose gaps can be filled from a vendor", { timeout: 120_000 }, async () => {
    const simulator = await startVendorSimulator({ seed: 7 })
    onTestFinished(() => simulator.close())
    for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
    const vendors = join(temporaryFolder(), "vendor")
    const days2023 = ["--start-date", "2023-04-01", "--end-date", "2023-05-31", "--cache-dir", vendors]
    const populated = await runApp(["populate", "--symbols", "ETHUSDT", "--intervals", "1h", ...days2023])
    expect(populated.code).toBe(0)
    const whole = linesOf(join(vendors, "ETHUSDT/1h/2023.csv.gz"))
    const isHole = (line: string): boolean => line.startsWith("2023-04-20")
    const place = placeWith({
      "binance/ETHUSDT/1h/2023.csv": csv(whole.filter((line) => !isHole(line))),
      "binance/ETHUSDT/1h/metadata.json": yearsMetadata("binance", "ETHUSDT", "1h", [2023]),
    })
    await migrateWell(place)
    expect((await runApp(["validate", "--cache-dir", place.new])).code).toBe(0)
    const filled = await runApp(["fill-gaps", "--cache-dir", place.new])
    expect({ code: filled.code, stderr: filled.code === 0 ? "" : filled.stderr }).toEqual({
      code: 0,
      stderr: "",
    })
    expect(linesOf(join(place.new, "ETHUSDT/1h/2023.csv.gz"))).toEqual(whole)
  })

  describe("a share whose files do not say what its prices are adjusted for", () => {
    const flags2022 = ["--start-date", "2022-01-03", "--end-date", "2022-12-30"]
    const flags2023 = ["--start-date", "2022-01-03", "--end-date", "2023-06-30"]

    /** A year of days as Yahoo has them, in the layout of an old cache. */
    const placeOfYear = async (): Promise<Place> => {
      const simulator = await startVendorSimulator({ seed: 7 })
      onTestFinished(() => simulator.close())
      for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
      const vendor = join(temporaryFolder(), "vendor")
      const args = ["populate", "--symbols", "MSFT", "--intervals", "1d", ...flags2022]
      expect((await runApp([...args, "--cache-dir", vendor])).code).toBe(0)
      return placeWith({ "yahoo/MSFT/1d/2022/data.csv": csv(linesOf(join(vendor, "MSFT/1d/2022.csv.gz"))) })
    }

    const extend = (place: Place) =>
      runApp([
        ...["populate", "--symbols", "MSFT", "--intervals", "1d", ...flags2023],
        ...["--cache-dir", place.new, "--json"],
      ])

    it("goes on where they end once --adjustment has said it", { timeout: 120_000 }, async () => {
      const place = await placeOfYear()
      const { entries } = await migrateWell(place, "--adjustment", "yahoo=splits")
      expect(entries).toMatchObject([
        { adjustment: "splits", adjustmentEvidence: "yahoo: stated by the user" },
      ])
      const before = linesOf(join(place.new, "MSFT/1d/2022.csv.gz"))
      const { code, stdout } = await extend(place)
      expect(code).toBe(0)
      expect(JSON.parse(stdout)).toMatchObject({ refused: [] })
      expect(linesOf(join(place.new, "MSFT/1d/2022.csv.gz"))).toEqual(before)
      expect(linesOf(join(place.new, "MSFT/1d/2023.csv.gz")).length).toBeGreaterThan(100)
      const explained = await runApp([
        "explain",
        "MSFT",
        "1d",
        "2022-03-01",
        "--cache-dir",
        place.new,
        "--json",
      ])
      expect(JSON.parse(explained.stdout)).toMatchObject({
        provenance: { method: "migrated", evidence: { prices: "splits: yahoo: stated by the user" } },
      })
      expect((await run(place, "--verify", idsIn(place)[0] as string)).code).toBe(0)
    })

    it("cannot be extended without", { timeout: 120_000 }, async () => {
      const place = await placeOfYear()
      await migrateWell(place)
      const { code, stdout } = await extend(place)
      expect(code).toBe(4)
      expect(stdout).toContain("barkeep migrate --adjustment states it")
    })

    it.each([
      ["a provider that the old cache has not", "yahooo=splits", "yahooo"],
      ["another kind", "yahoo=dividends", "splits-and-dividends"],
      ["no provider", "splits", "PROVIDER=KIND"],
      ["two kinds for one", "yahoo=none,yahoo=splits", "once for each provider"],
    ])("is a usage error with %s", async (_name, statement, told) => {
      const place = placeWith({ "yahoo/MSFT/1d/2022/data.csv": csv(weekdayLines(at("2022-01-03"), 20)) })
      const { code, stderr } = await run(place, "--adjustment", statement)
      expect(code).toBe(2)
      expect(stderr).toContain(told)
    })

    it("whose prices say otherwise is told so in the plan", async () => {
      const lines = [
        ...weekdayLines(at("2022-01-03"), 100),
        ...weekdayLines(at("2022-04-13"), 100, { price: 0.25, startIndex: 72 }),
      ]
      const place = placeWith({ "yahoo/MSFT/1d/2022/data.csv": csv(lines) })
      const { stdout } = await run(place, "--adjustment", "yahoo=splits")
      expect(stdout).toContain('prices count as "none", not as "splits" as stated: yahoo: the price jumps')
    })
  })

  it("makes caches that validate, and that pandas reads with no option", async ({ skip }) => {
    const place = placeWith({
      "binance/BTCUSDT/1h/2020/data.csv": csv(cryptoLines(at("2020-01-01"), 500, hour)),
      "yahoo/AAPL/1d/2019.csv": csv(apple),
    })
    await migrateWell(place)
    const validated = await runApp(["validate", "--cache-dir", place.new, "--json"])
    expect({ code: validated.code, stderr: validated.stderr }).toEqual({ code: 0, stderr: "" })
    const python = findPandas()
    if (python === undefined) return skip("no Python with pandas here")
    const program = `import pandas, sys
for path in sys.argv[1:]:
    frame = pandas.read_csv(path, index_col=0, parse_dates=True)
    print(len(frame), list(frame.columns), frame.index[0], repr(float(frame["close"].iloc[-1])))`
    const files = ["BTCUSDT/1h/2020.csv.gz", "AAPL/1d/2019.csv.gz"].map((path) => join(place.new, path))
    const lastClose = Number((apple.at(-1) as string).split(",")[4])
    expect(execFileSync(python, ["-c", program, ...files], { encoding: "utf8" }).split("\n")).toEqual([
      expect.stringMatching(/^500 \['open', 'high', 'low', 'close', 'volume'\] 2020-01-01 00:00:00 /),
      `43 ['open', 'high', 'low', 'close', 'volume'] 2019-01-02 00:00:00 ${lastClose.toFixed(1)}`,
      "",
    ])
  })
})

describe.skipIf(!hasSharedData)("the original's own trees (need ../shared/data)", () => {
  const kept = keepFolder()
  const done = new Map<
    string,
    Promise<{ readonly place: Place; readonly code: number; readonly stderr: string }>
  >()
  /** Each tree is migrated once for all tests. */
  const original = (tree: string) => {
    const place = { old: join(sharedData, "original", tree), new: join(kept, tree) }
    const running =
      done.get(tree) ?? run(place, "--migrate").then(({ code, stderr }) => ({ place, code, stderr }))
    done.set(tree, running)
    return running
  }

  it.each<[string, number, { readonly [entry: string]: ReadonlyArray<number> }]>([
    [
      "a-unified-flat",
      0,
      {
        "AAPL 1h": [1758, 1758, 0, 0, 0],
        "BTCUSDT 1d": [723, 723, 0, 0, 0],
        "BTCUSDT 1h": [17_405, 17_405, 0, 0, 0],
        "GOOG 1d": [738, 738, 0, 0, 0],
      },
    ],
    // Its 4h file holds days.
    ["a-unified-ohlcv", 3, { "AAPL 4h": [253, 0, 0, 0, 253], "GOOG 1d": [245, 245, 0, 0, 0] }],
    [
      "c-old-layout-year-dirs",
      3,
      {
        // 250 days of 2019 that both providers have, and 21 of the second file of 2018, with prices that differ by 4.
        "AAPL 1d": [1027, 502, 0, 271, 254],
        "BTCUSDT 1d": [723, 723, 0, 0, 0],
        // Hours under 4h.
        "BTCUSDT 4h": [696, 0, 0, 0, 696],
        "MSFT 1d": [0, 0, 0, 0, 0],
      },
    ],
    ["c-old-layout-year-files", 0, { "AAPL 1d": [1008, 756, 252, 0, 0] }],
    ["d-migrated-by-original", 3, { "AAPL 1d": [755, 251, 0, 0, 504], "BTCUSDT 1d": [723, 723, 0, 0, 0] }],
    ["f-gap-fill-as-is", 0, {}],
    ["f-gap-fill-if-put-worked", 0, {}],
    [
      "e-corrupt",
      3,
      {
        "C00_VALID 1d": [40, 40, 0, 0, 0],
        "C09_DUPLICATE_ROWS 1d": [43, 40, 3, 0, 0],
        "C10_CONFLICTING_DUP 1d": [41, 40, 0, 1, 0],
      },
    ],
  ])("%s migrates with a certificate that adds up", async (tree, exitCode, counts) => {
    const { place, code, stderr } = await original(tree)
    expect({ code, stderr }).toMatchObject({ code: exitCode })
    const certificate = certificateOf(place)
    expectToAddUp(certificate)
    expect(countsOf(certificate)).toMatchObject(counts)
    expect((await run(place, "--verify", certificate.id)).code).toBe(0)
    expect((await runApp(["verify", "--cache-dir", place.new])).code).toBe(0)
    for (const { symbol, timeframe, sources } of certificate.entries)
      for (const { path, fates } of sources)
        if (fates.source.rows > 0 && fates.kept.rows === fates.source.rows)
          expectSameRows(join(place.old, path), place.new, symbol, timeframe)
  })

  it("lists exactly the conflicts of the year that two providers have", async () => {
    const { place } = await original("c-old-layout-year-dirs")
    const rowsOf = (provider: string): ReadonlyMap<string, string> =>
      new Map(
        plainRows(readFileSync(join(place.old, `${provider}/AAPL/1d/2019/data.csv`))).map((cells) => [
          cells[0] as string,
          cells.slice(1, 6).map(Number).join(),
        ]),
      )
    const yahoo = rowsOf("yahoo")
    const alphaVantage = rowsOf("alpha_vantage")
    const expected = [...alphaVantage].filter(([date]) => yahoo.has(date))
    const listed = listOf(place, "conflicts").filter(
      (cells) => cells[2] === "alpha_vantage/AAPL/1d/2019/data.csv",
    )
    expect(listed.map((cells) => [cells[4]?.slice(0, 10), cells.slice(5, 10).map(Number).join()])).toEqual(
      expected,
    )
    expect(listed.map((cells) => cells.slice(13, 18).map(Number).join())).toEqual(
      expected.map(([date]) => yahoo.get(date)),
    )
    expect(listed).toHaveLength(250)
  })

  it("gives what the truth files say: the rows that were taken out are not there, all others are", async () => {
    const { place } = await original("a-unified-flat")
    const truth = JSON.parse(readFileSync(join(sharedData, "original/truth/truth.json"), "utf8")) as {
      readonly [entry: string]: { readonly rows_full: number; readonly rows_cached: number }
    }
    for (const [entry, { rows_full, rows_cached }] of Object.entries(truth)) {
      const [symbol, timeframe] = entry.split("-") as [string, string]
      const folder = join(place.new, symbol, timeframe)
      const times = readdirSync(folder)
        .filter((name) => name.endsWith(".csv.gz"))
        .flatMap((name) => linesOf(join(folder, name)).map((line) => line.split(",")[0] as string))
      const removed = plainRows(
        readFileSync(join(sharedData, `original/truth/${entry}.removed-rows.csv`)),
      ).map(([time]) => (timeframe === "1d" ? time?.slice(0, 10) : time) as string)
      expect(new Set(times).size).toBe(rows_cached)
      expect(new Set([...times, ...removed]).size).toBe(rows_full)
    }
  })

  it("finds nothing in a folder of files without a layout, and names each of them", async () => {
    const place = { old: join(sharedData, "original/i-text-edge-cases"), new: join(kept, "nothing") }
    const { code, stdout } = await run(place, "--migrate", "--json")
    expect(code).toBe(0)
    const { status, plan } = JSON.parse(stdout) as { readonly status: string; readonly plan: PlanJson }
    expect([status, plan.others.length, existsSync(place.new)]).toEqual(["nothing-to-do", 12, false])
  })
})

/** The cells of each row of a CSV file, compressed or not, whatever its line ends. */
const plainRows = (bytes: Buffer): ReadonlyArray<ReadonlyArray<string>> => {
  const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8").replace(/^\u{feff}/u, "")
  return text
    .split(/[\r\n]+/)
    .slice(1)
    .filter((line) => line !== "")
    .map((line) => line.split(","))
}

/** Every row of a source is in the new cache with the same values; times are compared by the date or text they show. */
const expectSameRows = (source: string, cache: string, symbol: string, timeframe: string): void => {
  const folder = join(cache, symbol, timeframe)
  const stored = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith(".csv.gz"))
      .flatMap((name) => linesOf(join(folder, name)).map((line) => line.split(",")))
      .map(([time, ...values]) => [time as string, values.map(Number)]),
  )
  for (const [time, ...values] of plainRows(readFileSync(source))) {
    const text = (time as string).replace("+00:00", "")
    const key = /^\d{13}$/.test(text)
      ? [...stored.keys()].find((each) => at(each) === Number(text))
      : [text, text.slice(0, 10), `${text} 00:00:00`].find((each) => stored.has(each))
    expect(stored.get(key ?? ""), `${source} ${time}`).toEqual(
      values.slice(0, 5).map((cell) => (cell === "" ? 0 : Number(cell))),
    )
  }
}
