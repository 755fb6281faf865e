import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type FileFinding, judgeFiles, verdictKinds } from "../src/index.ts"

const year = { symbol: "A", timeframe: "1d", year: 2017, mark: "m" } as const
const data = "/cache/A/1d/2017.csv.gz"
const metadata = "/cache/A/1d/2017.metadata.json"
const error = (changes: Partial<FileFinding>): FileFinding => ({
  severity: "error",
  kind: "damaged-data",
  path: data,
  what: "cut",
  ...year,
  ...changes,
})
const notice = (changes: Partial<FileFinding>): FileFinding => ({
  severity: "notice",
  kind: "odd",
  path: data,
  what: "odd",
  symbol: "A",
  timeframe: "1d",
  ...changes,
})

const answers: FileFinding = {
  severity: "error",
  kind: "damaged-metadata",
  path: "/cache/_barkeep/coverage/A/1d.json",
  what: "no JSON",
  reason: "CorruptPartition",
  symbol: "A",
  timeframe: "1d",
}

describe("the verdict", () => {
  it.each<readonly [string, ReadonlyArray<FileFinding>, string, string | undefined]>([
    ["data that cannot be read", [error({ reason: "CorruptPartition" })], "damaged", "SetAsideYear"],
    ["bytes that are not those written", [error({ kind: "checksum" })], "damaged", "SetAsideYear"],
    ["rows of a wrong year", [error({ kind: "inconsistent" })], "damaged", "SetAsideYear"],
    [
      "damaged metadata beside whole data",
      [error({ kind: "damaged-metadata", path: metadata, reason: "CorruptPartition" })],
      "damaged",
      "MendMetadata",
    ],
    [
      "damaged metadata beside damaged data",
      [error({ kind: "damaged-metadata", path: metadata }), error({})],
      "damaged",
      "SetAsideYear",
    ],
    ["metadata of ours without its data", [error({ kind: "missing-data" })], "damaged", "SetAsideYear"],
    ["damaged answers of an entry", [answers], "damaged", "SetAsideFile"],
    [
      "a damaged note of a replacement",
      [{ ...answers, path: "/cache/_barkeep/journal/A.1d.json" }],
      "unsure",
      undefined,
    ],
    ["a disk that does not answer is no damage", [error({ reason: "StorageFailure" })], "unsure", undefined],
    ["a newer version is no damage", [error({ reason: "UnknownFormatVersion" })], "unsure", undefined],
    [
      "damage and a disk error at once",
      [error({}), error({ reason: "StorageFailure" })],
      "unsure",
      undefined,
    ],
    ["years of two kinds", [error({ kind: "mixed-entry", path: "/cache/A/1d" })], "unsure", undefined],
    [
      "an entry that is stored twice",
      [error({ kind: "mixed-entry", reason: "EntryMismatch" })],
      "unsure",
      undefined,
    ],
    [
      "metadata of another program without data",
      [notice({ kind: "orphan-metadata", year: 2017 })],
      "orphan",
      "SetAsideYear",
    ],
    ["what a killed write left", [notice({ kind: "left-over" })], "left-over", "Tidy"],
    [
      "a temporary file of another program",
      [notice({ kind: "left-over", mark: "m" })],
      "left-over",
      "SetAsideFile",
    ],
    ["a lock of a dead process", [notice({ kind: "stale-lock" })], "left-over", "Tidy"],
    [
      "what no entry left",
      [{ severity: "notice", kind: "left-over", path: "/cache/x.tmp", what: "" }],
      "left-over",
      undefined,
    ],
    ["what is merely odd", [notice({})], "odd", undefined],
    ["what another program has rewritten", [notice({ kind: "checksum" })], "odd", undefined],
    ["what is not of the cache", [notice({ kind: "stray" })], "stray", undefined],
  ] as const)("of %s", (_name, findings, kind, action) => {
    const verdicts = judgeFiles(findings)
    expect(verdicts.map((verdict) => [verdict.kind, verdict.action?._tag])).toEqual([[kind, action]])
    expect(verdicts[0]?.advice).not.toBe("")
  })

  it("is none for files that are as they should be, of whatever program", () => {
    expect(judgeFiles([notice({ kind: "foreign" })])).toEqual([])
  })

  it("is one for all that is wrong with a year, with every reason", () => {
    const [verdict, ...others] = judgeFiles([
      error({ kind: "checksum", what: "hash" }),
      error({ what: "block 1" }),
    ])
    expect(others).toEqual([])
    expect(verdict).toMatchObject({ what: "hash; block 1", action: { year: 2017, mark: "m" } })
  })

  const anyFinding: fc.Arbitrary<FileFinding> = fc.record({
    severity: fc.constantFrom("error", "notice"),
    kind: fc.constantFrom(
      "damaged-data",
      "damaged-metadata",
      "checksum",
      "inconsistent",
      "missing-data",
      "mixed-entry",
      "foreign",
      "odd",
      "orphan-metadata",
      "left-over",
      "stale-lock",
      "stray",
    ),
    path: fc.constantFrom(data, metadata, "/cache/README.txt"),
    what: fc.string(),
    symbol: fc.constantFrom("A", "B"),
    timeframe: fc.constant("1d"),
    year: fc.integer({ min: 2016, max: 2018 }),
  } as const)

  it("comes worst first, names each file of a kind once, and moves nothing that is odd, stray or unsure", () => {
    fc.assert(
      fc.property(fc.array(anyFinding, { maxLength: 12 }), (findings) => {
        const verdicts = judgeFiles(findings)
        const ranks = verdicts.map(({ kind }) => verdictKinds.indexOf(kind))
        expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
        for (const { kind, action } of verdicts)
          if (["odd", "stray", "unsure"].includes(kind)) expect(action).toBeUndefined()
        const isError = findings.some(({ severity }) => severity === "error")
        expect(verdicts.some(({ kind }) => kind === "damaged" || kind === "unsure")).toBe(
          isError || findings.some(({ severity, kind }) => severity === "notice" && unsureNotices.has(kind)),
        )
      }),
    )
  })

  const unsureNotices = new Set<string>([
    "damaged-data",
    "damaged-metadata",
    "inconsistent",
    "missing-data",
    "mixed-entry",
  ])
})
