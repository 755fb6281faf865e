import { closeSync, cpSync, openSync, readFileSync, readSync, rmSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { allocateBars, type Bars, barCount, findBarsIssue, sliceRows } from "@barkeep/market-data"
import Papa from "papaparse"
import { type Cache, type CacheOptions, openCache } from "../src/index.ts"
import {
  type Block,
  decodeBlocks,
  decodeBlocksParallel,
  encodeFile,
  readFileBytes,
} from "../src/codec/index.ts"
import type { Duck } from "./duckdb.ts"
import { type BenchFiles, makeCache, putRequest, utc } from "./files.ts"
import type { Case, ForeignCost } from "./measure.ts"
import type { PandasCache } from "./pandas.ts"
import { yearRows, yearStart } from "./workload.ts"

/** Everything a case may need. */
export interface Bench {
  readonly files: BenchFiles
  readonly scratch: string
  readonly duck: Duck | undefined
  readonly pandas: PandasCache | undefined
}

const dayMillis = 86_400_000
/** How many days the cache that stays open gets before it starts anew. */
const keptOpenDays = 20
const some = (condition: unknown, ...cases: ReadonlyArray<Case>): ReadonlyArray<Case> =>
  condition ? cases : []

const expectRows = (rows: number, expected: number): void => {
  if (rows !== expected) throw new Error(`${rows} rows instead of ${expected}`)
}

/** Work too short to be measured once: the mean of `times` runs. */
const repeated = async (times: number, work: (index: number) => unknown): Promise<ForeignCost> => {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  for (let index = 0; index < times; index += 1) await work(index)
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMillis: (user + system) / 1000 / times, wallMillis: (performance.now() - wall) / times }
}

const papaColumns = (text: string): Bars => {
  const bars = allocateBars(yearRows)
  let row = -1
  Papa.parse<Array<string>>(text, {
    fastMode: true,
    skipEmptyLines: true,
    step: ({ data }) => {
      if (row >= 0) {
        bars.openTime[row] = Date.parse(`${(data[0] as string).replace(" ", "T")}Z`)
        bars.open[row] = Number(data[1])
        bars.high[row] = Number(data[2])
        bars.low[row] = Number(data[3])
        bars.close[row] = Number(data[4])
        bars.volume[row] = Number(data[5])
      }
      row += 1
    },
  })
  expectRows(row, yearRows)
  return bars
}

const readRange = (path: string, blocks: ReadonlyArray<Block>): Uint8Array => {
  const first = blocks[0] as Block
  const last = blocks.at(-1) as Block
  const bytes = new Uint8Array(last.offset + last.length - first.offset)
  const file = openSync(path, "r")
  readSync(file, bytes, 0, bytes.length, first.offset)
  closeSync(file)
  return bytes
}

export const readYearCases = ({ files, duck, pandas }: Bench): ReadonlyArray<Case> => [
  {
    name: "floor: gunzipSync, known size, no parsing",
    run: () => gunzipSync(readFileSync(files.plainPath), { chunkSize: files.textBytes + 64 }),
  },
  {
    name: "codec, blocks, one thread",
    run: () => {
      const bars = decodeBlocks(readRange(files.ourPath, files.blocks), files.blocks, utc)
      expectRows(barCount(bars), yearRows)
    },
  },
  {
    name: "codec, blocks, two threads",
    run: async () => {
      const bytes = readRange(files.ourPath, files.blocks)
      expectRows(barCount(await decodeBlocksParallel(bytes, files.blocks, utc, { threads: 2 })), yearRows)
    },
  },
  {
    name: "codec, plain gzip of another program",
    run: () => expectRows(barCount(readFileBytes(readFileSync(files.plainPath), utc).bars), yearRows),
  },
  {
    name: "store",
    run: async () => {
      const cache = await openCache(files.folder)
      expectRows(barCount(await cache.read("BTCUSDT", "1m")), yearRows)
    },
  },
  {
    name: "papaparse to columns",
    run: () => papaColumns(gunzipSync(readFileSync(files.plainPath)).toString("latin1")),
  },
  ...some(duck, {
    name: "DuckDB, typed",
    run: async () => expectRows((await duck?.readYear(files.plainPath)) ?? 0, yearRows),
  }),
  ...some(pandas, {
    name: "pandas",
    run: () => pandas?.run({ operation: "read-year", path: files.plainPath }),
  }),
  ...some(pandas?.hasPyarrow, {
    name: "pandas with pyarrow",
    run: () => pandas?.run({ operation: "read-year-pyarrow", path: files.plainPath }),
  }),
]

export const readDayCases = ({ files, duck, pandas, scratch }: Bench): ReadonlyArray<Case> => {
  const parquet = join(scratch, "year.parquet")
  const [from, to] = files.day.text
  return [
    {
      name: "codec, index in memory",
      run: () =>
        repeated(100, (index) => {
          const block = files.blocks[100 + index] as Block
          const bars = decodeBlocks(readRange(files.ourPath, [block]), [block], utc)
          expectRows(barCount(bars), 1440)
        }),
    },
    {
      name: "store, opened and metadata read each time",
      run: () =>
        repeated(200, async (index) => {
          const cache = await openCache(files.folder)
          const start = yearStart + (100 + index) * dayMillis
          const bars = await cache.read("BTCUSDT", "1m", { from: start, to: start + dayMillis })
          expectRows(barCount(bars), 1440)
        }),
    },
    ...some(
      duck,
      {
        name: "DuckDB over csv.gz",
        run: async () => expectRows((await duck?.readDay(files.plainPath, from, to)) ?? 0, 1440),
      },
      {
        name: "DuckDB over Parquet",
        run: () =>
          repeated(5, async () => expectRows((await duck?.readParquetDay(parquet, from, to)) ?? 0, 1440)),
      },
    ),
    ...some(pandas, {
      name: "pandas",
      run: () => pandas?.run({ operation: "read-day", path: files.plainPath, start: from }),
    }),
  ]
}

export const putYearCases = ({ files, pandas, scratch }: Bench): ReadonlyArray<Case> => {
  const storeCase = (compression: NonNullable<CacheOptions["compression"]>): Case => {
    const folder = join(scratch, `put-${compression}`)
    return {
      name: `store, ${compression}`,
      prepare: () => rmSync(folder, { recursive: true, force: true }),
      run: () => makeCache(folder, files.bars, { compression }),
    }
  }
  return [
    storeCase("default"),
    storeCase("fast"),
    { name: "codec in memory, default", run: () => encodeFile(files.bars, utc) },
    { name: "codec in memory, fast", run: () => encodeFile(files.bars, utc, { compression: "fast" }) },
    ...some(pandas, {
      name: "pandas, gzip 9",
      run: () =>
        pandas?.run({ operation: "put-year", path: files.plainPath, target: join(scratch, "pandas.csv.gz") }),
    }),
  ]
}

/** Needs `prepareAppend` once before. */
export const appendDayCases = ({ files, pandas, scratch }: Bench): ReadonlyArray<Case> => {
  const template = join(scratch, "append-template")
  const folder = join(scratch, "append")
  const lastDay = sliceRows(files.bars, yearRows - 1440, yearRows)
  const keptOpenFolder = join(scratch, "append-open")
  let open: Cache | undefined
  let next = 0
  const reopen = async (): Promise<void> => {
    await open?.close()
    rmSync(keptOpenFolder, { recursive: true, force: true })
    await makeCache(keptOpenFolder, sliceRows(files.bars, 0, yearRows - keptOpenDays * 1440))
    open = await openCache(keptOpenFolder)
  }
  return [
    {
      name: "store, opened anew, fsync of file and folder",
      prepare: () => {
        rmSync(folder, { recursive: true, force: true })
        cpSync(template, folder, { recursive: true })
      },
      run: async () => {
        const cache = await openCache(folder)
        const result = await cache.put(putRequest(lastDay))
        await cache.close()
        expectRows(result.rowsAdded, 1440)
      },
    },
    {
      name: "store, kept open from day to day",
      prepare: () => (next === 0 ? reopen() : undefined),
      run: async () => {
        const start = yearRows - (keptOpenDays - next) * 1440
        next = (next + 1) % keptOpenDays
        const result = await open?.put(putRequest(sliceRows(files.bars, start, start + 1440)))
        expectRows(result?.rowsAdded ?? 0, 1440)
      },
    },
    ...some(pandas, {
      name: "pandas: load, concat, rewrite",
      run: () =>
        pandas?.run({
          operation: "append-day",
          path: files.plainStartPath,
          day: files.plainDayPath,
          target: join(scratch, "pandas.csv.gz"),
        }),
    }),
  ]
}

export const prepareAppend = async ({ files, scratch }: Bench): Promise<void> =>
  makeCache(join(scratch, "append-template"), sliceRows(files.bars, 0, yearRows - 1440))

/** Gaps and the sanity of every price, as a validation does first. */
export const scanCases = ({ files }: Bench): ReadonlyArray<Case> => [
  {
    name: "gaps and prices of a year in memory",
    run: () => {
      const { openTime } = files.bars
      let gaps = 0
      for (let row = 1; row < openTime.length; row += 1)
        if ((openTime[row] as number) - (openTime[row - 1] as number) !== 60_000) gaps += 1
      if (findBarsIssue(files.bars) !== undefined || gaps > 0) throw new Error("the workload is not sound")
    },
  },
]
