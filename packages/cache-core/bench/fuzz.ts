import { parseArgs } from "node:util"
import { gunzipSync, gzipSync } from "node:zlib"
import { type Bars, barsFromRows, equalBars } from "@barkeep/market-data"
import {
  type Block,
  DamagedBytes,
  decodeBlocks,
  encodeFile,
  readFileBytes,
  rebuildIndex,
} from "../src/codec/index.ts"
import { seededRandom } from "./workload.ts"

// A long campaign against the codec, beyond what the tests do:
//   node --conditions=@barkeep/source packages/cache-core/bench/fuzz.ts [--count 100000] [--seed 1]
// Hostile numbers are written and read back, their texts compared with `Number`, and the files then damaged
// in many ways: the answer must be the same rows or DamagedBytes, within a second. Exit code 1 at the first
// finding.

const { values } = parseArgs({
  options: { count: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
})
const count = Number(values.count)
const random = seededRandom(Number(values.seed))
const below = (limit: number): number => Math.floor(random() * limit)
const pick = <A>(items: ReadonlyArray<A>): A => items[below(items.length)] as A
const style = { dateOnly: false, timeZone: "UTC" }
const bits = new DataView(new ArrayBuffer(8))

const digits = (length: number): string => Array.from({ length }, () => String(below(10))).join("")

const hostileNumber = (): number => {
  const value = pick([
    () => below(1e7) / 100,
    () => below(2 ** 32) / 1e8,
    () => Math.fround(random() * 1000),
    () => Number(`${digits(1 + below(20))}.${digits(1 + below(20))}`),
    () => Number(`${digits(1 + below(17))}e${below(2) === 0 ? "-" : ""}${below(40)}`),
    () => 2 ** 53 + below(9) - 4,
    () => -random(),
    () => Number.NaN,
    () => pick([0, -0, 5e-324, Number.MAX_VALUE, 1e-18, 1e18, 1e21, 1e22, 0.1 + 0.2]),
    () => {
      bits.setUint32(0, below(2 ** 32))
      bits.setUint32(4, below(2 ** 32))
      return bits.getFloat64(0)
    },
  ])()
  return Math.abs(value) === Number.POSITIVE_INFINITY ? 1 : value
}

const hostileText = (): string =>
  pick([
    () => `${pick(["", "-"])}${digits(1 + below(22))}`,
    () => `${pick(["", "-"])}${digits(1 + below(22))}.${digits(1 + below(22))}`,
    () => `${pick(["", "-"])}${digits(1 + below(20))}${pick(["e", "E"])}${pick(["", "+", "-"])}${below(310)}`,
    () => `${digits(1 + below(4))}.${digits(1 + below(20))}e${pick(["+", "-"])}${below(30)}`,
    () => String(hostileNumber()).replace("NaN", ""),
  ])()

const hostileBars = (rows: number): Bars => {
  let openTime = 1_704_067_200_000
  return barsFromRows(
    Array.from({ length: rows }, () => {
      openTime += 60_000 * (below(20) === 0 ? 1 + below(3000) : 1)
      const [open, high, low, close, volume] = Array.from({ length: 5 }, hostileNumber) as [
        number,
        number,
        number,
        number,
        number,
      ]
      return { openTime, open, high, low, close, volume }
    }),
  )
}

const damaged = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes)
  switch (below(5)) {
    case 0:
      copy[below(copy.length)] = below(256)
      return copy
    case 1:
      return copy.subarray(0, below(copy.length))
    case 2: {
      const start = below(copy.length)
      copy.fill(below(2) * 255, start, start + 1 + below(64))
      return copy
    }
    case 3: {
      const start = below(copy.length)
      return Buffer.concat([copy.subarray(0, start), copy.subarray(start + 1 + below(16))])
    }
    default: {
      const start = below(copy.length)
      return Buffer.concat([copy.subarray(0, start), copy.subarray(Math.max(0, start - below(64)))])
    }
  }
}

const fail = (what: string, detail: unknown): never => {
  console.error(`FOUND: ${what}`, detail)
  process.exit(1)
}

/** Rows, or undefined when the bytes were refused; anything else ends the campaign. */
const readOrRefuse = (what: string, bytes: Uint8Array, read: () => Bars): Bars | undefined => {
  const start = performance.now()
  try {
    return read()
  } catch (error) {
    if (!(error instanceof DamagedBytes))
      fail(`${what}: ${String(error)}`, Buffer.from(bytes).toString("base64"))
    return undefined
  } finally {
    if (performance.now() - start > 1000)
      fail(`${what}: took too long`, Buffer.from(bytes).toString("base64"))
  }
}

let numbers = 0
let refused = 0
let damages = 0
const checkNumbers = (): void => {
  const texts = Array.from({ length: 500 }, hostileText).filter((text) => Number.isFinite(Number(text)))
  const rows = texts.map((text, row) => {
    const minute = String(row % 60).padStart(2, "0")
    return `2024-01-01 ${String(Math.floor(row / 60)).padStart(2, "0")}:${minute}:00,${text},1,1,1,${text}\n`
  })
  const { bars } = readFileBytes(gzipSync(`timestamp,open,high,low,close,volume\n${rows.join("")}`), style)
  for (const [row, text] of texts.entries()) {
    const value = text === "" ? Number.NaN : Number(text)
    if (!Object.is(bars.open[row], value) || !Object.is(bars.volume[row], value))
      fail("a number is read wrong", text)
  }
  numbers += texts.length
}

/** How many damaged files it made of one sound file. */
const checkFile = (times: number): number => {
  const bars = hostileBars(1 + below(400))
  const file = encodeFile(bars, style, { blockRows: 1 + below(120), compression: pick(["default", "fast"]) })
  const bytes = Buffer.concat(file.parts)
  const first = (file.blocks[0] as Block).offset
  const blocks = bytes.subarray(first, bytes.length - 10)
  if (!equalBars(readFileBytes(bytes, style).bars, bars))
    fail("a whole file is read wrong", gunzipSync(bytes).toString())
  if (!equalBars(decodeBlocks(blocks, file.blocks, style), bars))
    fail("blocks are read wrong", gunzipSync(bytes).toString())
  if (JSON.stringify(rebuildIndex(bytes, style)) !== JSON.stringify(file.blocks))
    fail("the index is rebuilt wrong", bytes.toString("base64"))
  for (let time = 0; time < times; time += 1) {
    const broken = damaged(bytes)
    const whole = readOrRefuse("a damaged file", broken, () => readFileBytes(broken, style).bars)
    if (whole !== undefined && !equalBars(whole, bars)) fail("a damaged file gives other rows", broken)
    const part = damaged(blocks)
    const byIndex = readOrRefuse("damaged blocks", part, () => decodeBlocks(part, file.blocks, style))
    if (byIndex !== undefined && !equalBars(byIndex, bars)) fail("damaged blocks give other rows", part)
    const index = rebuildIndex(broken, style)
    if (index !== undefined && JSON.stringify(index) !== JSON.stringify(file.blocks))
      fail("a damaged file gives another index", broken)
    damages += 2
    refused += (whole === undefined ? 1 : 0) + (byIndex === undefined ? 1 : 0)
  }
  return 2 * times
}

for (let done = 0; done < count; done += checkFile(50)) checkNumbers()
console.log(
  `${damages} damaged files: ${refused} refused, the others gave the same rows; ${numbers} numbers read as Number does`,
)
