import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { dirname, join, relative } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { gzipSync } from "node:zlib"
import { openCache } from "@barkeep/cache-core"
import { findSchemaIssue, type JsonSchema } from "@barkeep/validation"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { describe, expect, it, onTestFinished, vi } from "vitest"
import { sharedData, temporaryFolder } from "./barkeep.ts"
import { runApp } from "./run-app.ts"
import { hasTmux, openTerminal } from "./terminal.ts"

/** Far longer than it takes: a slow machine must not fail the tests of many files. */
const timeout = 300_000
const corrupt = join(sharedData, "original/e-corrupt")
const hasCorrupt = existsSync(corrupt)
const skipped = hasCorrupt ? "" : " (skipped: the original's files are not there)"

/** Files that were there for a while: what was written a moment ago may still be being written. */
const settle = (folder: string): string => {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    utimesSync(join(folder, name), 1_700_000_000, 1_700_000_000)
  return folder
}

const copyOf = (folder: string): string => {
  const copy = join(temporaryFolder(), "cache")
  cpSync(folder, copy, { recursive: true })
  return settle(copy)
}

/** Every file that is not ours, with its bytes. */
const snapshot = (folder: string): ReadonlyMap<string, string> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((item) => item.isFile())
      .map((item) => join(item.parentPath, item.name))
      .map((file) => [relative(folder, file), readFileSync(file).toString("base64")] as const)
      .filter(([name]) => !name.startsWith("_barkeep"))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

interface Document {
  readonly counts: { readonly [kind: string]: number }
  readonly open: number
  readonly files: ReadonlyArray<{
    readonly verdict: string
    readonly path: string
    readonly what: string
    readonly outcome: string
    readonly cases: ReadonlyArray<string>
    readonly readable?: { readonly rows: number }
  }>
  readonly salvaged: ReadonlyArray<{
    readonly case: string
    readonly outcome: string
    readonly rows_added: number
  }>
  readonly expired: ReadonlyArray<{
    readonly case: string
    readonly outcome: string
    readonly only_copy: boolean
  }>
  readonly cases: ReadonlyArray<{ readonly id: string; readonly why: string }>
}

const schemaOf = (name: string): JsonSchema =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../schema/${name}.schema.json`), "utf8")) as JsonSchema

/** Runs a command with `--json`; its document conforms to the published schema. */
const json = async (
  folder: string,
  command: "cleanup" | "restore",
  ...args: ReadonlyArray<string>
): Promise<Document & { readonly code: number }> => {
  const { code, stdout, stderr } = await runApp([command, ...args, "--json", "--cache-dir", folder])
  if (stdout === "") throw new Error(stderr)
  const document = JSON.parse(stdout) as Document
  expect(findSchemaIssue(schemaOf(command), document)).toBeUndefined()
  return { ...document, code }
}

const quarantined = "damaged set-aside"
const kept = "odd kept"

/** Verdict and outcome of every case; `clean` has no verdict at all. The number of rows that can be put back. */
const table: ReadonlyArray<readonly [name: string, verdict: string, rows?: number]> = [
  ["C00_VALID", "clean"],
  ["C01_TRUNC_GZIP", quarantined, 22],
  ["C02_EMPTY_FILE", quarantined, 0],
  ["C03_PLAIN_TEXT", kept],
  ["C04_WRONG_HEADER", kept],
  ["C05_NO_HEADER", quarantined, 0],
  ["C06_HEADER_ONLY", quarantined, 0],
  ["C07_NONNUMERIC_PRICE", quarantined, 39],
  ["C08_HIGH_BELOW_LOW", kept],
  ["C09_DUPLICATE_ROWS", kept],
  ["C10_CONFLICTING_DUP", quarantined, 39],
  ["C11_UNSORTED", kept],
  ["C12_MISSING_VALUE", kept],
  ["C13_NEGATIVE_PRICE", "clean"],
  ["C14_ZERO_PRICES", "clean"],
  ["C15_ALL_ZERO_VOLUME", "clean"],
  ["C16_NEGATIVE_VOLUME", kept],
  // These four have metadata that tells of 40 rows whatever the file has: odd, and kept.
  ["C17_REAL_SPLIT_AAPL", kept],
  ["C18_NINE_ROWS", kept],
  ["C19_MICRO_PRICE", "clean"],
  ["C20_HUGE_PRICE", "clean"],
  ["C21_TZ_AWARE", kept],
  ["C22_CRLF", kept],
  ["C23_CRCRLF", kept],
  ["C24_UNNAMED_INDEX", kept],
  ["C25_TRAILING_GARBAGE", quarantined, 40],
  ["C26_TWO_MEMBERS", kept],
  ["C27_BOM", kept],
  ["C28_WRONG_YEAR", quarantined, 0],
  ["C29_MIXED_TS_TEXT", kept],
  ["C30_BAD_TIMESTAMP", quarantined, 39],
  ["C31_EPOCH_MS", kept],
  ["C32_FLIPPED_BYTE", quarantined, 0],
  ["C33_BAD_CRC", quarantined, 0],
  ["C34_CUT_LAST_LINE", quarantined, 39],
  ["C35_TOO_MANY_FIELDS", quarantined, 39],
  ["C36_TOO_FEW_FIELDS", quarantined, 39],
  ["C37_INF", quarantined, 39],
  ["C38_STOCK_2_WEEK_HOLE", kept],
  ["C39_CRYPTO_78H_HOLE", kept],
  ["C40_NO_METADATA", "clean"],
  ["C41_BAD_METADATA", quarantined],
  ["C42_STRAY_CSV", "stray kept"],
]

describe(`the original's damaged and odd files${skipped}`, () => {
  it.skipIf(!hasCorrupt)("are all in the table", () => {
    expect(readdirSync(corrupt).toSorted()).toEqual(table.map(([name]) => name))
  })

  it.skipIf(!hasCorrupt)(
    "get the right verdict, are set aside or kept, and come back byte for byte",
    { timeout },
    async () => {
      const folder = copyOf(corrupt)
      const before = snapshot(folder)
      const looked = await json(folder, "cleanup")
      expect(looked).toMatchObject({ code: 1, open: 16, counts: { damaged: 16, odd: 19, stray: 1 } })
      expect(snapshot(folder)).toEqual(before)
      expect(existsSync(join(folder, "_barkeep"))).toBe(false)

      const cleaned = await json(folder, "cleanup", "--cleanup")
      expect(cleaned).toMatchObject({ code: 0, open: 0 })
      const verdicts = table.map(([name]) => {
        const file = cleaned.files.find(({ path }) => path.startsWith(join(folder, name)))
        const rows = file?.readable?.rows
        const verdict = file === undefined ? "clean" : `${file.verdict} ${file.outcome}`
        return rows === undefined ? [name, verdict] : [name, verdict, rows]
      })
      expect(verdicts).toEqual(table)
      const after = snapshot(folder)
      for (const [name, verdict] of table) {
        const gone = [...before.keys()].filter((file) => file.startsWith(`${name}/`) && !after.has(file))
        const expected = name === "C41_BAD_METADATA" ? [`${name}/1d/2017.metadata.json`] : gone
        expect([name, gone.length > 0]).toEqual([name, verdict === quarantined])
        expect(gone).toEqual(expected)
      }
      for (const [name, bytes] of after) expect([name, before.get(name) === bytes]).toEqual([name, true])

      // A second time there is nothing left to do, and nothing changes.
      const again = await json(folder, "cleanup", "--cleanup")
      expect(again).toMatchObject({ code: 0, open: 0, counts: { odd: 19, stray: 1 } })
      expect(snapshot(folder)).toEqual(after)
      const verified = await runApp(["verify", "--cache-dir", folder])
      expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining(" 0 errors")])

      const { cases } = await json(folder, "restore")
      expect(cases).toHaveLength(16)
      const restored = await json(folder, "restore", ...cases.map(({ id }) => id))
      expect(restored.code).toBe(0)
      expect(snapshot(folder)).toEqual(before)
    },
  )

  it.skipIf(!hasCorrupt)(
    "are readable again after --salvage, with the damaged originals in the quarantine",
    { timeout },
    async () => {
      const folder = copyOf(corrupt)
      const { salvaged, code } = await json(folder, "cleanup", "--cleanup", "--salvage")
      expect(code).toBe(0)
      const rows = table.flatMap(([name, , count = 0]) => (count > 0 ? [[name, count]] : []))
      expect(salvaged.map(({ case: id, rows_added }) => [id.slice(17, -8), rows_added])).toEqual(rows)
      const cache = await openCache(folder)
      for (const [name, count] of rows)
        expect((await cache.read(String(name), "1d")).openTime.length).toBe(count)
      const after = snapshot(folder)
      expect(await json(folder, "cleanup", "--cleanup", "--salvage")).toMatchObject({ code: 0, salvaged: [] })
      expect(snapshot(folder)).toEqual(after)
      const { cases } = await json(folder, "restore")
      const id = cases.find((one) => one.id.includes("C01_TRUNC_GZIP"))?.id as string
      const taken = await runApp(["restore", id, "--cache-dir", folder])
      expect([taken.code, taken.stderr]).toEqual([4, expect.stringContaining("EEXIST")])
      expect((await json(folder, "restore", id, "--replace")).code).toBe(0)
      const name = "C01_TRUNC_GZIP/1d/2017.csv.gz"
      expect(readFileSync(join(folder, name)).equals(readFileSync(join(corrupt, name)))).toBe(true)
    },
  )
})

const daysText = (count: number): string =>
  [
    "timestamp,open,high,low,close,volume",
    ...Array.from({ length: count }, (_, index) => {
      const date = `2017-${String(1 + Math.floor(index / 28)).padStart(2, "0")}-${String(1 + (index % 28)).padStart(2, "0")}`
      return `${date},${100 + index},${102 + index},${99 + index},${101.5 + index},${1000 + index}`
    }),
    "",
  ].join("\n")

const original = (symbol: string, rows: number): string =>
  JSON.stringify({ symbol, timeframe: "1d", year: 2017, data_source: "binance", file_info: { rows } })

/** A cache made of these files. */
const cacheOf = (files: { readonly [name: string]: string | Uint8Array }): string => {
  const folder = join(temporaryFolder(), "cache")
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return settle(folder)
}

const sound = gzipSync(daysText(40))
const cut = sound.subarray(0, sound.length >> 1)

describe("barkeep cleanup", () => {
  it("says that nothing is wrong with a sound cache, and with none", async () => {
    const folder = cacheOf({ "BTCUSDT/1d/2017.csv.gz": sound })
    for (const place of [folder, join(folder, "none")]) {
      const { code, stdout } = await runApp(["cleanup", "--cache-dir", place])
      expect([code, stdout]).toEqual([0, expect.stringContaining("all as it should be")])
    }
    expect(existsSync(join(folder, "none"))).toBe(false)
  })

  it("moves orphans and left-over files of any program, and touches nothing that is not the cache's", async () => {
    const folder = cacheOf({
      "BTCUSDT/1d/2016.metadata.json": original("BTCUSDT", 366),
      "BTCUSDT/1d/2017.csv.gz": sound,
      "BTCUSDT/1d/2018.csv.gz.tmp": "half",
      "BTCUSDT/1d/notes.txt": "mine",
      "README.txt": "mine, too",
      "lists/universe.csv": "ticker\nAAPL\n",
      "_metadata/symbols.json": "{}",
    })
    const before = snapshot(folder)
    const { files, code } = await json(folder, "cleanup", "--validate-and-cleanup")
    expect(code).toBe(0)
    expect(files.map(({ verdict, outcome, path }) => [verdict, outcome, relative(folder, path)])).toEqual([
      ["orphan", "set-aside", "BTCUSDT/1d/2016.metadata.json"],
      ["left-over", "set-aside", "BTCUSDT/1d/2018.csv.gz.tmp"],
      ["stray", "kept", "BTCUSDT/1d/notes.txt"],
      ["stray", "kept", "README.txt"],
      ["stray", "kept", "lists/universe.csv"],
    ])
    const { cases } = await json(folder, "restore")
    await json(folder, "restore", ...cases.map(({ id }) => id))
    expect(snapshot(folder)).toEqual(before)
  })

  it("reads caches of both layouts of the original", async () => {
    const folder = cacheOf({ "ohlcv/BTCUSDT/1d/2017.csv.gz": cut, "ohlcv/BTCUSDT/1d/2018.csv.gz": "" })
    const before = snapshot(folder)
    const { files } = await json(folder, "cleanup", "--cleanup")
    expect(files.map(({ path }) => relative(folder, path))).toEqual([
      "ohlcv/BTCUSDT/1d/2017.csv.gz",
      "ohlcv/BTCUSDT/1d/2018.csv.gz",
    ])
    const { cases } = await json(folder, "restore")
    await json(folder, "restore", ...cases.map(({ id }) => id))
    expect(snapshot(folder)).toEqual(before)
  })

  it("does only what --symbols and --intervals name", async () => {
    const folder = cacheOf({ "A/1d/2017.csv.gz": cut, "A/1h/2017.csv.gz": cut, "B/1d/2017.csv.gz": cut })
    const { files } = await json(folder, "cleanup", "--cleanup", "--symbols", "A", "--intervals", "1d")
    expect(files.map(({ path }) => relative(folder, path))).toEqual(["A/1d/2017.csv.gz"])
    expect([...snapshot(folder).keys()]).toEqual(["A/1h/2017.csv.gz", "B/1d/2017.csv.gz"])
  })

  it.each([
    ["--dry-run alone", ["--dry-run"]],
    ["--cleanup --dry-run", ["--cleanup", "--dry-run"]],
    ["--validate-only", ["--validate-only"]],
    [
      "--cleanup --salvage --older-than --dry-run",
      ["--cleanup", "--salvage", "--older-than", "0h", "--dry-run"],
    ],
  ])("%s writes nothing and says with 1 that there is damage", async (_name, args) => {
    const folder = cacheOf({ "BTCUSDT/1d/2017.csv.gz": cut })
    const before = readdirSync(folder, { recursive: true })
    const { code, files } = await json(folder, "cleanup", ...args)
    expect([code, files.map(({ outcome }) => outcome)]).toEqual([1, ["planned"]])
    expect(readdirSync(folder, { recursive: true })).toEqual(before)
  })

  it.each([
    ["two modes", ["--cleanup", "--validate-only"], /one of --validate-only/],
    ["--validate-only with what writes", ["--validate-only", "--salvage"], /--dry-run/],
    ["an age that is none", ["--older-than", "90"], /90d, 12h or 4w/],
    ["--delete-only-copies without --older-than", ["--delete-only-copies"], /--older-than/],
    ["an unknown timeframe", ["--intervals", "7m"], /7m/],
    ["symbols that are not stored", ["--symbols", "ETHUSDT"], /ETHUSDT.*barkeep list/],
  ])("refuses %s with 2", async (_name, args, message) => {
    const folder = cacheOf({ "BTCUSDT/1d/2017.csv.gz": cut })
    const { code, stderr } = await runApp(["cleanup", ...args, "--cache-dir", folder])
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  })

  it("tells people what it found, worst first, what it did, and how to go on", async () => {
    const folder = cacheOf({
      "A/1d/2017.csv.gz": gzipSync(daysText(40).replaceAll("\n", "\r\n")),
      "BTCUSDT/1d/2017.csv.gz": cut,
      "BTCUSDT/1d/2017.metadata.json": original("BTCUSDT", 40),
      "stray.csv": "a,b\n",
    })
    const looked = await runApp(["cleanup", "--cache-dir", folder])
    expect(looked.stdout.split("\n")).toEqual([
      "verdict  file                    what                                     what to do",
      "damaged  BTCUSDT/1d/2017.csv.gz  the file ends before its gzip data does  cleanup moves it to the quarantine",
      "odd      A/1d/2017.csv.gz        lines end with CR LF                     kept: every row is read",
      "stray    stray.csv               not a file of this cache                 not touched",
      "",
      expect.stringMatching(/^2 files, 40 rows, .* read: 1 damaged, 1 odd, 1 stray$/),
      "barkeep cleanup --cleanup takes care of 1; nothing is deleted",
      "",
    ])
    const { stdout, code } = await runApp(["cleanup", "--cleanup", "--cache-dir", folder])
    expect(code).toBe(0)
    expect(stdout).toMatch(
      /moved to the quarantine as \S+-BTCUSDT-1d-2017; \d+ of 40 rows \(no checksum covers them\) can be put back\n/,
    )
    expect(stdout).toContain("barkeep restore lists what was moved")
    expect(stdout).toContain("barkeep cleanup --salvage puts the readable rows of 1 files back")
    expect(stdout).not.toContain("stray.csv")
    const listing = await runApp(["restore", "--cache-dir", folder])
    expect(listing.stdout).toMatch(
      /BTCUSDT\/1d\/2017\.csv\.gz and 1 more +the file ends before its gzip data does +\d+ of 40 rows/,
    )
  })

  it("leaves alone what another process is writing, names it, and exits with 3", { timeout }, async () => {
    const folder = cacheOf({
      "BTCUSDT/1d/2017.csv.gz": cut,
      "BTCUSDT/1d/2018.csv.gz.g2.tmp": "being written",
    })
    const before = snapshot(folder)
    mkdirSync(join(folder, "_barkeep/locks"), { recursive: true })
    const lock = new DatabaseSync(join(folder, "_barkeep/locks/BTCUSDT.1d.lock"))
    lock.exec("BEGIN EXCLUSIVE")
    try {
      const looked = await json(folder, "cleanup")
      const told = looked.files.map(({ verdict, outcome }) => `${verdict} ${outcome}`)
      expect([looked.code, told]).toEqual([1, ["damaged busy", "busy busy"]])
      const cleaned = await json(folder, "cleanup", "--cleanup")
      expect(cleaned.code).toBe(3)
      expect(cleaned.files.map(({ outcome }) => outcome)).toEqual(["busy", "busy"])
      expect(snapshot(folder)).toEqual(before)
    } finally {
      lock.close()
    }
    const { code, files } = await json(folder, "cleanup", "--cleanup")
    expect([code, files.map(({ outcome }) => outcome)]).toEqual([0, ["set-aside", "tidied"]])
  })

  it("exits with 3 when something was left undone", async () => {
    const folder = cacheOf({ "BTCUSDT/1d/2017.csv.gz": cut, "BTCUSDT/1d/2018.csv.gz": sound })
    const metadata = join(folder, "BTCUSDT/1d/2018.metadata.json")
    writeFileSync(metadata, JSON.stringify({ format_version: 99 }))
    const { code, files, open } = await json(folder, "cleanup", "--cleanup")
    expect([code, open]).toEqual([3, 1])
    expect(files.map(({ verdict, outcome }) => `${verdict} ${outcome}`)).toEqual([
      "damaged set-aside",
      "unsure kept",
    ])
    expect(existsSync(metadata)).toBe(true)
  })
})

describe("a damaged year of a cache of ours", () => {
  it("is whole again after cleanup --salvage and populate, bar for bar", { timeout }, async () => {
    const simulator = await startVendorSimulator({ seed: 5 })
    onTestFinished(() => simulator.close())
    for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
    vi.stubEnv("BARKEEP_STATE_DIR", temporaryFolder())
    onTestFinished(() => void vi.unstubAllEnvs())
    const folder = join(temporaryFolder(), "cache")
    const populate = () =>
      runApp([
        ...["populate", "--symbols", "BTCUSDT", "--intervals", "1h", "--cache-dir", folder],
        ...["--start-date", "2023-01-01", "--end-date", "2023-12-31"],
      ])
    const get = async () => (await runApp(["get", "BTCUSDT", "1h", "--cache-dir", folder])).stdout
    expect((await populate()).code).toBe(0)
    const before = await get()
    const file = join(folder, "BTCUSDT/1h/2023.csv.gz")
    const bytes = readFileSync(file)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
    writeFileSync(file, bytes)
    settle(folder)
    expect((await runApp(["verify", "--cache-dir", folder])).code).toBe(1)
    const { salvaged } = await json(folder, "cleanup", "--cleanup", "--salvage")
    expect(salvaged).toMatchObject([{ outcome: "salvaged", rows_added: 8760 - 1440 }])
    expect((await get()).split("\n").length).toBe(before.split("\n").length - 1440)
    expect((await populate()).code).toBe(0)
    expect(await get()).toBe(before)
    expect((await runApp(["verify", "--cache-dir", folder])).code).toBe(0)
  })
})

describe("barkeep verify", () => {
  it("says what is wrong, worst first, with the files' places in the cache, and what to do", async () => {
    const folder = cacheOf({
      "A/1d/2017.csv.gz": gzipSync(daysText(40).replaceAll("\n", "\r\n")),
      "BTCUSDT/1d/2017.csv.gz": cut,
    })
    const { code, stdout, stderr } = await runApp(["verify", "--cache-dir", folder])
    expect([code, stderr]).toEqual([1, ""])
    const [heading, ...lines] = stdout.split("\n")
    expect(heading).toMatch(/^severity +kind +file +what$/)
    expect(lines[0]).toMatch(
      /^error +damaged-data +BTCUSDT\/1d\/2017\.csv\.gz +the file ends before its gzip data does$/,
    )
    expect(lines[1]).toMatch(/^notice +odd +A\/1d\/2017\.csv\.gz +lines end with CR LF$/)
    expect(lines[2]).toMatch(/^2 files, 40 rows, .* read: 1 errors, 1 notices$/)
    expect(lines[3]).toContain("1 files were written by another program")
    expect(lines[4]).toContain("barkeep cleanup")
  })

  it("looks only at what is named, and says what is not there", async () => {
    const folder = cacheOf({ "A/1d/2017.csv.gz": sound, "B/1d/2017.csv.gz": cut })
    const one = await runApp(["verify", "--symbols", "A,C", "--cache-dir", folder])
    expect([one.code, one.stderr]).toEqual([0, "barkeep: C is not stored\n"])
    const none = await runApp(["verify", "--symbols", "C", "--cache-dir", folder])
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/"C".*barkeep list/)])
  })
})

describe("barkeep cleanup --older-than", () => {
  const withCase = async (): Promise<string> => {
    const folder = cacheOf({
      "BTCUSDT/1d/2017.csv.gz": cut,
      "BTCUSDT/1d/2017.metadata.json": original("BTCUSDT", 40),
    })
    await json(folder, "cleanup", "--cleanup")
    return folder
  }

  it("deletes nothing without a terminal and --yes, nor anything that is younger", async () => {
    const folder = await withCase()
    const refused = await json(folder, "cleanup", "--older-than", "0h", "--delete-only-copies")
    expect([refused.code, refused.expired]).toMatchObject([3, [{ outcome: "planned", only_copy: true }]])
    const young = await json(folder, "cleanup", "--older-than", "1d", "--yes", "--delete-only-copies")
    expect([young.code, young.expired]).toEqual([0, []])
    expect((await json(folder, "restore")).cases).toHaveLength(1)
  })

  it("keeps what may be the only copy, whatever --yes says, until the cache has it as well", async () => {
    const folder = await withCase()
    expect((await json(folder, "cleanup", "--older-than", "0h", "--yes")).expired).toMatchObject([
      { outcome: "planned", only_copy: true },
    ])
    writeFileSync(join(folder, "BTCUSDT/1d/2017.csv.gz"), sound)
    const { expired, code } = await json(folder, "cleanup", "--older-than", "0h", "--yes")
    expect([code, expired]).toMatchObject([0, [{ outcome: "deleted", only_copy: false }]])
    expect((await json(folder, "restore")).cases).toEqual([])
    expect(readdirSync(join(folder, "_barkeep/quarantine"))).toEqual([])
  })

  it("deletes only copies when that is said as well", async () => {
    const folder = await withCase()
    const { expired } = await json(folder, "cleanup", "--older-than", "0h", "--yes", "--delete-only-copies")
    expect(expired).toMatchObject([{ outcome: "deleted", only_copy: true }])
    expect((await json(folder, "restore")).cases).toEqual([])
  })
})

describe.skipIf(!hasTmux)("in a terminal (skipped without tmux)", { timeout: 120_000 }, () => {
  it("old cases are listed and deleted only after a yes", async () => {
    const folder = cacheOf({ "BTCUSDT/1d/2017.csv.gz": "" })
    await json(folder, "cleanup", "--cleanup")
    const command = `'${process.execPath}' --conditions=@barkeep/source '${join(import.meta.dirname, "../src/main.ts")}'`
    for (const [answer, left] of [
      ["n", 1],
      ["y", 0],
    ] as const) {
      const home = temporaryFolder()
      const terminal = openTerminal(`${command} cleanup --older-than 0h --cache-dir '${folder}'`, {
        HOME: home,
      })
      const lines = await terminal.until((shown) => shown.some((line) => line.includes("[y/N]")))
      expect(lines.join("\n")).toContain("-BTCUSDT-1d-2017")
      expect(lines.at(-1)).toBe("Delete 1 cases of the quarantine for good? [y/N]")
      terminal.press(answer, "Enter")
      await terminal.until((shown) => shown.at(-1) === `ended with ${left === 1 ? 3 : 0}`)
      expect((await json(folder, "restore")).cases).toHaveLength(left)
    }
  })
})

describe("barkeep restore", () => {
  it("refuses an id that is none with 2, and a changed file with 4", async () => {
    const folder = cacheOf({ "BTCUSDT/1d/2017.csv.gz": cut })
    expect((await runApp(["restore", "../x", "--cache-dir", folder])).code).toBe(2)
    const { files } = await json(folder, "cleanup", "--cleanup")
    const id = files[0]?.cases[0] as string
    writeFileSync(join(folder, "_barkeep/quarantine", id, "2017.csv.gz"), "changed")
    const changed = await runApp(["restore", id, "--cache-dir", folder])
    expect([changed.code, changed.stderr]).toEqual([4, expect.stringContaining("not the one")])
    rmSync(folder, { recursive: true })
    const none = await runApp(["restore", "--cache-dir", folder])
    expect([none.code, none.stdout]).toEqual([0, expect.stringContaining("Nothing is in the quarantine")])
  })
})
