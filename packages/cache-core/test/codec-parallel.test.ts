import { type Bars, equalBars, InvalidInput } from "@barkeep/market-data"
import { beforeAll, describe, expect, it } from "vitest"
import {
  type Block,
  decodeBlocks,
  decodeBlocksParallel,
  type EncodedFile,
  encodeFile,
} from "../src/codec/index.ts"
import { planRuns } from "../src/codec/decode-run.ts"
import { type DecodeJob, runState, takeRun } from "../src/codec/decode-job.ts"
import { shareWithWorkers } from "../src/codec/worker-pool.ts"
import { blockBytes, plainBars, utcTimes } from "./codec-arbitraries.ts"

const rows = 150_000
let bars: Bars
let file: EncodedFile
let bytes: Uint8Array

beforeAll(() => {
  bars = plainBars(rows)
  file = encodeFile(bars, utcTimes, { compression: "fast" })
  bytes = blockBytes(file)
})

const job = (content: Uint8Array): DecodeJob => {
  const runs = planRuns(file.blocks)
  const shared = new Uint8Array(new SharedArrayBuffer(content.length))
  shared.set(content)
  return {
    bytes: shared,
    blocks: file.blocks,
    runs,
    dateOnly: false,
    numbers: new Float64Array(new SharedArrayBuffer(6 * 8 * rows)),
    stride: rows,
    state: new Int32Array(new SharedArrayBuffer(4 * (runs.length + 1))),
  }
}

describe("decoding on several threads", () => {
  it.each([1, 2, 3])("gives the same bars with %d threads", async (threads) => {
    expect(equalBars(await decodeBlocksParallel(bytes, file.blocks, utcTimes, { threads }), bars)).toBe(true)
  })

  it("gives the same bars to several callers at once", async () => {
    const part = file.blocks.slice(20, 80)
    const start = (part[0] as Block).offset - (file.blocks[0] as Block).offset
    const last = part.at(-1) as Block
    const partBytes = bytes.subarray(start, last.offset + last.length - (file.blocks[0] as Block).offset)
    const [first, second, third] = await Promise.all([
      decodeBlocksParallel(bytes, file.blocks, utcTimes, { threads: 2 }),
      decodeBlocksParallel(partBytes, part, utcTimes, { threads: 2 }),
      decodeBlocksParallel(bytes, file.blocks, utcTimes, { threads: 2 }),
    ])
    expect(equalBars(first, bars)).toBe(true)
    expect(equalBars(second, decodeBlocks(partBytes, part, utcTimes))).toBe(true)
    expect(equalBars(third, bars)).toBe(true)
  })

  it("names the damaged block as decoding inline does", async () => {
    const bad = file.blocks[50] as Block
    const broken = Uint8Array.from(bytes)
    broken[bad.offset - 10 + 100] = (broken[bad.offset - 10 + 100] as number) ^ 0xff
    await expect(decodeBlocksParallel(broken, file.blocks, utcTimes, { threads: 2 })).rejects.toThrow(
      expect.objectContaining({ _tag: "DamagedBytes", byteOffset: bad.offset }),
    )
  })

  it("takes a file in shared memory as it is", async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(bytes.length))
    shared.set(bytes)
    expect(equalBars(await decodeBlocksParallel(shared, file.blocks, utcTimes, { threads: 2 }), bars)).toBe(
      true,
    )
  })

  it("refuses a number of threads that is none", async () => {
    await expect(decodeBlocksParallel(bytes, file.blocks, utcTimes, { threads: 0 })).rejects.toThrow(
      InvalidInput,
    )
  })
})

describe("worker threads", () => {
  it("do the whole work when the caller takes none of it", async () => {
    const work = job(bytes)
    await shareWithWorkers(work, 1).finished()
    expect(takeRun(work)).toBe(false)
    expect(work.runs.map((_, index) => work.state[1 + index])).toEqual(work.runs.map(() => runState.done))
    expect(work.numbers.subarray(0, rows)).toEqual(bars.openTime)
  })

  it("leave everything to the caller where their file is missing, as in a bundle", async () => {
    const work = job(bytes)
    await shareWithWorkers(work, 1, new URL("./no-such-worker.ts", import.meta.url)).finished()
    expect(work.state[0]).toBe(0)
  })
})
