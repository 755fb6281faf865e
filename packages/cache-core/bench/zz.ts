import { encodeFile, decodeBlocks, decodeBlocksParallel, rebuildIndex } from "../src/codec/index.ts"
import { equalBars } from "@barkeep/market-data"
import { makeWorkload } from "./workload.ts"
const { bars } = makeWorkload("BTC")
const style = { dateOnly: false, timeZone: "UTC" }
const enc = encodeFile(bars, style, { compression: "fast" })
const file = Buffer.concat(enc.parts)
const body = file.subarray(10, file.length - 10)
for (let r = 0; r < 8; r++) {
  let t0 = performance.now()
  const a = decodeBlocks(body, enc.blocks, style)
  let t1 = performance.now()
  const b = await decodeBlocksParallel(body, enc.blocks, style)
  let t2 = performance.now()
  console.log(
    "inline",
    (t1 - t0).toFixed(0),
    "parallel",
    (t2 - t1).toFixed(0),
    equalBars(a, bars),
    equalBars(b, bars),
  )
}
let t0 = performance.now()
const ix = rebuildIndex(file, style)
console.log("rebuild", (performance.now() - t0).toFixed(0), JSON.stringify(ix) === JSON.stringify(enc.blocks))
