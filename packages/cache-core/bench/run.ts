import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { gzipSync } from "node:zlib"
import type { Bars } from "@barkeep/market-data"
import { encodeFile, readFileBytes } from "../src/codec/index.ts"
import {
  appendDayCases,
  type Bench,
  prepareAppend,
  putYearCases,
  readDayCases,
  readYearCases,
  scanCases,
} from "./cases.ts"
import { startDuck } from "./duckdb.ts"
import { makeFiles, pandasText, utc } from "./files.ts"
import { type Case, measure, type Timing } from "./measure.ts"
import { decadeMemory, peakMemory } from "./memory.ts"
import { startPandas } from "./pandas.ts"
import { judge, printRatios, printTimings, type Ratio } from "./report.ts"
import { makeWorkload, realSeries, seededRandom, yearRows } from "./workload.ts"

// Run with: node --conditions=@barkeep/source packages/cache-core/bench/run.ts [--rounds 7] [--json FILE]
// [--only read-year,read-day,put,append,scan,size,memory]

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "7" },
    json: { type: "string" },
    only: { type: "string", default: "read-year,read-day,put,append,scan,size,memory" },
  },
})
const rounds = Number(values.rounds)
const wanted = new Set(values.only.split(","))
const scratch = mkdtempSync(join(tmpdir(), "barkeep-bench-"))
const random = seededRandom(1)
const timings: Record<string, ReadonlyArray<Timing>> = {}
const ratios: Array<Ratio> = []

const run = async (group: string, cases: () => ReadonlyArray<Case>): Promise<void> => {
  if (!wanted.has(group)) return
  timings[group] = await measure(cases(), rounds, random)
  printTimings(group, timings[group])
}

const pandas = startPandas()
try {
  const workload = makeWorkload("BTC")
  console.log(`node ${process.version}, ${cpus().length} x ${cpus()[0]?.model}; workload: ${workload.origin}`)
  console.log(`pandas ${pandas?.version ?? "not here"}`)
  const bench: Bench = {
    files: await makeFiles(scratch, workload.bars),
    scratch,
    duck: await startDuck(),
    pandas,
  }
  console.log(`DuckDB ${bench.duck?.version ?? "not here"}`)
  await run("read-year", () => readYearCases(bench))
  if (wanted.has("read-day"))
    await bench.duck?.toParquet(bench.files.plainPath, join(scratch, "year.parquet"))
  await run("read-day", () => readDayCases(bench))
  if (wanted.has("put")) await pandas?.run({ operation: "hold", path: bench.files.plainPath })
  await run("put", () => putYearCases(bench))
  if (wanted.has("append")) await prepareAppend(bench)
  await run("append", () => appendDayCases(bench))
  await run("scan", () => scanCases(bench))
  ratios.push(...judge(timings, yearRows))
  if (wanted.has("size")) ratios.push(...sizes(bench))
  if (wanted.has("memory")) {
    ratios.push({
      goal: "P10",
      what: "year read whole, MB above start",
      value: peakMemory(bench.files.folder, "whole"),
      most: 120,
    })
    ratios.push({
      goal: "P10",
      what: "ten years block by block, MB above start",
      value: await decadeMemory(join(scratch, "decade"), workload.bars),
      most: 60,
    })
  }
  printRatios(ratios)
  if (values.json !== undefined)
    writeJson(values.json, {
      node: process.version,
      cpu: cpus()[0]?.model,
      rounds,
      workload: workload.origin,
      pandas: pandas?.version,
      duckdb: bench.duck?.version,
      timings,
      ratios,
    })
} finally {
  pandas?.close()
  rmSync(scratch, { recursive: true, force: true })
}

function writeJson(path: string, content: object): void {
  writeFileSync(path, `${JSON.stringify(content, undefined, 2)}\n`)
}

function sizes(bench: Bench): ReadonlyArray<Ratio> {
  const againstGzip9 = (bars: Bars): number =>
    encodeFile(bars, utc).sizeBytes / gzipSync(pandasText(bars), { level: 9 }).length
  const day = bench.files.blocks[200]
  return [
    {
      goal: "P7",
      what: "BTC: bytes / gzip 9 of pandas' text",
      value: bench.files.ourBytes / bench.files.plainBytes,
      most: 1,
    },
    { goal: "P7", what: "ADA: the same", value: againstGzip9(makeWorkload("ADA").bars), most: 1.035 },
    ...realSeries().map(({ name, bytes }) => ({
      goal: "P7",
      what: `${name}: the same`,
      value: againstGzip9(readFileBytes(bytes, utc).bars),
      most: 1.035,
    })),
    {
      goal: "P2",
      what: "file / bytes read for one day",
      value: statSync(bench.files.ourPath).size / (day?.length ?? 1),
      least: 300,
    },
  ]
}
