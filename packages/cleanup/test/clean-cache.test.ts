import { describe, expect, it } from "vitest"
import {
  cleanCache,
  expireCases,
  type FileFinding,
  openFiles,
  parseAge,
  planExpiry,
  salvageCases,
  toReportDocument,
} from "../src/index.ts"
import { memoryFiles, typedError } from "./memory-files.ts"

const damaged = (symbol: string, changes: Partial<FileFinding> = {}): FileFinding => ({
  severity: "error",
  kind: "damaged-data",
  path: `/cache/${symbol}/1d/2017.csv.gz`,
  what: "cut",
  symbol,
  timeframe: "1d",
  year: 2017,
  ...changes,
})
const notice = (kind: FileFinding["kind"], path: string): FileFinding => ({
  severity: "notice",
  kind,
  path,
  what: kind,
  symbol: "A",
  timeframe: "1d",
})
const all: ReadonlyArray<FileFinding> = [
  damaged("A"),
  damaged("B", { kind: "damaged-metadata", path: "/cache/B/1d/2017.metadata.json" }),
  notice("left-over", "/cache/A/1d/2018.csv.gz.g2.tmp"),
  notice("left-over", "/cache/A/1d/2018.metadata.json.g2.tmp"),
  notice("odd", "/cache/A/1d/2016.csv.gz"),
  notice("stray", "/cache/README.txt"),
]
const outcomes = async (options: Parameters<typeof cleanCache>[0]): Promise<ReadonlyArray<string>> =>
  (await cleanCache(options)).files.map(({ kind, outcome }) => `${kind} ${outcome._tag}`)

describe("validating", () => {
  it("only looks: it plans what a cleanup would do", async () => {
    const files = memoryFiles(all)
    expect(await outcomes({ files })).toEqual([
      "damaged Planned",
      "damaged Planned",
      "left-over Planned",
      "left-over Planned",
      "odd Kept",
      "stray Kept",
    ])
    expect(files.calls).toEqual(["inspect"])
  })

  it("does not call left over what a live writer is working on", async () => {
    const files = memoryFiles(all)
    files.writer = "process 7"
    expect(await outcomes({ files })).toEqual([
      "damaged Busy",
      "damaged Busy",
      "busy Busy",
      "busy Busy",
      "odd Kept",
      "stray Kept",
    ])
  })
})

describe("cleaning up", () => {
  it("moves what is damaged or left over, mends metadata, and does nothing the second time", async () => {
    const files = memoryFiles(all)
    expect(await outcomes({ files, mode: "cleanup" })).toEqual([
      "damaged SetAside",
      "damaged SetAside",
      "left-over Tidied",
      "left-over Tidied",
      "odd Kept",
      "stray Kept",
    ])
    expect(files.calls).toEqual([
      "finishInterrupted",
      "inspect",
      "setAside /cache/A/1d/2017.csv.gz",
      "rebuild B 1d 2017",
      "setAside /cache/B/1d/2017.metadata.json",
      "tidy A 1d",
    ])
    files.calls.length = 0
    expect(await outcomes({ files, mode: "cleanup" })).toEqual(["odd Kept", "stray Kept"])
    expect(files.calls).toEqual(["finishInterrupted", "inspect"])
  })

  it("writes metadata anew instead of setting it aside where the entry is known", async () => {
    const files = memoryFiles(all)
    files.knowsKind = true
    const { files: judged } = await cleanCache({ files, mode: "cleanup" })
    expect(judged[1]?.outcome).toMatchObject({ _tag: "Rebuilt", case: { copied: true } })
    expect(files.calls).not.toContain("setAside /cache/B/1d/2017.metadata.json")
  })

  it.each([
    ["is being written", { _tag: "Busy", what: "process 7" } as const, "Busy"],
    ["has changed meanwhile", { _tag: "Changed" } as const, "Changed"],
    ["is elsewhere", { _tag: "Outside", what: "a link" } as const, "Outside"],
    ["cannot be moved", typedError("EACCES"), "Failed"],
  ])("leaves a file alone that %s, says so, and goes on", async (_name, answer, outcome) => {
    const files = memoryFiles([damaged("A"), damaged("B")])
    files.answers.set("/cache/A/1d/2017.csv.gz", answer)
    const report = await cleanCache({ files, mode: "cleanup" })
    expect(report.files.map((file) => `${file.kind} ${file.outcome._tag}`)).toEqual([
      `damaged ${outcome}`,
      "damaged SetAside",
    ])
    expect(openFiles(report)).toHaveLength(1)
    expect(toReportDocument(report)).toMatchObject({ open: 1, counts: { damaged: 2 } })
  })

  it("does not swallow what is no error of the store", async () => {
    const files = memoryFiles([damaged("A")])
    files.answers.set("/cache/A/1d/2017.csv.gz", new TypeError("a bug"))
    await expect(cleanCache({ files, mode: "cleanup" })).rejects.toThrow(TypeError)
  })

  it("stops between two files when aborted", async () => {
    const files = memoryFiles([damaged("A"), damaged("B")])
    const controller = new AbortController()
    const reason = new Error("enough")
    await expect(
      cleanCache({
        files,
        mode: "cleanup",
        signal: controller.signal,
        onDone: () => controller.abort(reason),
      }),
    ).rejects.toBe(reason)
    expect(files.stored.size).toBe(1)
  })

  it("tells how far the reading has got", async () => {
    const seen: Array<number> = []
    await cleanCache({ files: memoryFiles([]), onFile: ({ filesDone }) => seen.push(filesDone) })
    expect(seen).toEqual([1])
  })
})

describe("putting readable rows back", () => {
  const withCases = () => {
    const files = memoryFiles([])
    const readable = { rows: 3, proven: true, leftOut: [], otherYears: 0 }
    const base = { symbol: "A", timeframe: "1d", at: 0, files: [], year: 2017, why: "cut", readable } as const
    for (const one of [
      { ...base, id: "damaged" },
      { ...base, id: "refused", why: "refuse" },
      { ...base, id: "other entry", symbol: "B" },
      { ...base, id: "done", salvagedAt: 1 },
      { ...base, id: "copied", copied: true },
      { ...base, id: "unreadable", readable: { ...readable, rows: 0 } },
      { ...base, id: "replaced entry", year: undefined },
      { ...base, id: "set aside by hand", readable: undefined },
    ])
      files.stored.set(one.id, JSON.parse(JSON.stringify(one)))
    return files
  }

  it("takes damaged years only, each once; one that is refused does not stop the others", async () => {
    const files = withCases()
    expect(await salvageCases({ files, symbols: ["A"] })).toEqual([
      { _tag: "Salvaged", id: "damaged", rows: 3, rowsAdded: 3, rowsDiffering: 0 },
      { _tag: "Refused", id: "refused", rows: 3, error: "another price basis" },
    ])
    expect((await salvageCases({ files })).map(({ id }) => id)).toEqual(["refused", "other entry"])
  })

  it("only says what it would do on a dry run", async () => {
    const files = withCases()
    const planned = await salvageCases({ files, dryRun: true, timeframes: ["1d"] })
    expect(planned.map(({ _tag, id }) => [_tag, id])).toEqual([
      ["Planned", "damaged"],
      ["Planned", "refused"],
      ["Planned", "other entry"],
    ])
    expect(files.calls).toEqual([])
  })
})

describe("deleting old cases", () => {
  const withCases = async () => {
    const files = memoryFiles([damaged("A"), damaged("B"), damaged("C")])
    await cleanCache({ files, mode: "cleanup" })
    files.presences.set("case-2", { readableRows: 5, missingRows: 2, isOnlyCopy: true })
    return files
  }
  const day = parseAge("24h")

  it("plans those that are old enough, oldest first, and writes nothing", async () => {
    const files = await withCases()
    const plan = await planExpiry({ files, now: 12 * day, olderThanMillis: parseAge("10d") })
    expect(plan.map(({ case: { id }, outcome }) => [id, outcome._tag])).toEqual([
      ["case-1", "Planned"],
      ["case-2", "Planned"],
    ])
    expect(files.stored.size).toBe(3)
    expect(await planExpiry({ files, now: 12 * day, olderThanMillis: 0, symbols: ["B"] })).toMatchObject([
      { case: { id: "case-2" }, presence: { missingRows: 2 } },
    ])
  })

  it("refuses what may be the only copy, unless told twice", async () => {
    const files = await withCases()
    const plan = await planExpiry({ files, now: 12 * day, olderThanMillis: 0 })
    expect((await expireCases(plan, { files })).map(({ outcome }) => outcome._tag)).toEqual([
      "Deleted",
      "OnlyCopy",
      "Deleted",
    ])
    expect([...files.stored.keys()]).toEqual(["case-2"])
    const again = await planExpiry({ files, now: 12 * day, olderThanMillis: 0 })
    expect(await expireCases(again, { files, deleteOnlyCopies: true })).toMatchObject([
      { outcome: { _tag: "Deleted" } },
    ])
  })

  it("neither plans nor deletes what cannot be looked at", async () => {
    const files = await withCases()
    const presence = files.presence
    const broken = {
      ...files,
      presence: async (id: string) => {
        if (id === "case-1") throw typedError("EIO")
        return presence(id)
      },
    }
    const plan = await planExpiry({ files: broken, now: 12 * day, olderThanMillis: 0, symbols: ["A", "C"] })
    expect(plan.map(({ outcome }) => outcome._tag)).toEqual(["Failed", "Planned"])
    const done = await expireCases(plan, { files: broken, deleteOnlyCopies: true })
    expect(done.map(({ outcome }) => outcome._tag)).toEqual(["Failed", "Deleted"])
    expect(files.stored.has("case-1")).toBe(true)
  })

  it("looks again right before it deletes", async () => {
    const files = await withCases()
    const plan = await planExpiry({ files, now: 12 * day, olderThanMillis: 0 })
    files.presences.set("case-1", { readableRows: 1, missingRows: 1, isOnlyCopy: true })
    files.stored.delete("case-3")
    expect((await expireCases(plan, { files })).map(({ outcome }) => outcome._tag)).toEqual([
      "OnlyCopy",
      "OnlyCopy",
      "Failed",
    ])
  })

  it.each(["90", "d", "1.5d", "-1d", "90 days", "", "10000000d"])("knows no age %j", (text) => {
    expect(() => parseAge(text)).toThrow("90d, 12h or 4w")
  })
})
