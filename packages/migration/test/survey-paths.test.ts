import { describe, expect, it } from "vitest"
import { surveyPaths } from "../src/survey-paths.ts"

const sourceOf = (path: string, ...others: ReadonlyArray<string>) =>
  surveyPaths([path, ...others]).sources.find((source) => source.path === path)
const otherOf = (path: string, ...more: ReadonlyArray<string>) =>
  surveyPaths([path, ...more]).others.find((other) => other.path === path)

describe("the survey of an old tree", () => {
  it.each([
    ["yahoo/AAPL/1d/2019/data.csv", "year-folder", "yahoo", 2019, 0, "yahoo/AAPL/1d/2019/metadata.json"],
    ["yahoo/AAPL/1d/2019/part.csv", "year-folder", "yahoo", 2019, 1, "yahoo/AAPL/1d/2019/metadata.json"],
    ["yahoo/AAPL/1d/2019/data.parquet", "year-folder", "yahoo", 2019, 1, "yahoo/AAPL/1d/2019/metadata.json"],
    ["yahoo/AAPL/1d/2019.csv", "year-file", "yahoo", 2019, 0, "yahoo/AAPL/1d/metadata.json"],
    ["yahoo/AAPL/1d/2019.csv.gz", "year-file", "yahoo", 2019, 0, "yahoo/AAPL/1d/metadata.json"],
    ["AAPL/1d/2019.csv.gz", "unified", undefined, 2019, 0, "AAPL/1d/2019.metadata.json"],
    ["ohlcv/AAPL/1d/2019.csv.gz", "unified", undefined, 2019, 0, "ohlcv/AAPL/1d/2019.metadata.json"],
    ["AAPL/1d/2019/2019.csv.gz", "nested", undefined, 2019, 0, "AAPL/1d/2019/2019.metadata.json"],
    ["ohlcv/AAPL/1M/2019/2019.csv.gz", "nested", undefined, 2019, 0, "ohlcv/AAPL/1M/2019/2019.metadata.json"],
  ] as const)("%s is a source of the layout %s", (path, layout, providerFolder, year, rank, metadataPath) => {
    expect(sourceOf(path)).toMatchObject({ layout, providerFolder, year, rank, metadataPath })
  })

  it("takes a backup for an earlier state of its file, and for the file itself when that is gone", () => {
    expect(sourceOf("yahoo/AAPL/1d/2019.csv.backup", "yahoo/AAPL/1d/2019.csv")?.rank).toBe(2)
    expect(sourceOf("yahoo/AAPL/1d/2019.csv.backup")?.rank).toBe(0)
  })

  it.each([
    ["yahoo/README.txt", "not-understood"],
    ["yahoo/AAPL/1d/2019/notes.txt", "not-understood"],
    ["yahoo/AAPL/1d/universe.csv", "not-understood"],
    ["yahoo/AAPL/3d/2019/data.csv", "not-understood"],
    ["yahoo/BTC/USDT/1h/2019/data.csv", "not-understood"],
    ["yahoo/AAPL/1d/2019.tmp", "leftover"],
    ["yahoo/AAPL/1d/2019.csv.gz.tmp", "leftover"],
    ["_metadata/symbols.json", "bookkeeping"],
    ["ohlcv/_metadata/symbols.json", "bookkeeping"],
    ["validate-metadata.json", "bookkeeping"],
    ["_barkeep/locks/x", "bookkeeping"],
  ] as const)("%s is no source: %s", (path, kind) => {
    expect(otherOf(path)).toMatchObject({ kind })
  })

  it("tells metadata of a source from metadata of data that is not there", () => {
    expect(otherOf("AAPL/1d/2019.metadata.json", "AAPL/1d/2019.csv.gz")?.why).toBe("metadata of a source")
    expect(otherOf("AAPL/1d/2019.metadata.json")?.why).toBe("metadata of data that is not there")
  })

  it("puts every path into exactly one list", () => {
    const paths = ["a", "b/c", "yahoo/AAPL/1d/2019.csv", "yahoo/AAPL/1d/metadata.json", "x/1d/y/z/2019/q"]
    const { sources, others } = surveyPaths(paths)
    expect([...sources, ...others].map(({ path }) => path).toSorted()).toEqual(paths.toSorted())
  })
})
