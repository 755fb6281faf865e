import { parseArgs } from "node:util"
import { codecKernel } from "../src/codec/kernel.ts"
import { anyText, damagedData, deflated, inflateDifference } from "./compare-inflates.ts"
import { scannerDifference } from "./compare-scanners.ts"
import { hostileRows } from "./hostile-rows.ts"
import { seededRandom } from "./workload.ts"

// Holds the kernel against the scanner without it over hostile texts, and against zlib over sound and damaged data:
//   node --conditions=@barkeep/source packages/cache-core/bench/fuzz-kernel.ts [--count 100000] [--seed 1]
// Exit code 1 at the first difference.

const { values } = parseArgs({
  options: { count: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
})
const random = seededRandom(Number(values.seed))
const { text } = hostileRows(random)
const kernel = codecKernel()
if (kernel === undefined) throw new Error("there is no kernel here")
const below = (limit: number): number => Math.floor(random() * limit)
const fail = (difference: string, bytes: Uint8Array): never => {
  console.error(`FOUND: ${difference}\n${Buffer.from(bytes).toString("base64")}`)
  process.exit(1)
}

let textBytes = 0
let inflated = 0
let damaged = 0
for (let done = 0; done < Number(values.count); done += 1) {
  const dateOnly = random() < 0.3
  const rows = text(dateOnly)
  const rowLimit = random() < 0.8 ? 1000 : below(50)
  const difference = scannerDifference(rows, dateOnly, rowLimit, kernel)
  if (difference !== undefined) fail(difference, rows)
  textBytes += rows.length
  const plain = below(2) === 0 ? rows : anyText(below)
  const data = deflated(plain, below)
  const found = inflateDifference(data, plain.length, kernel, true)
  if (found !== undefined) fail(found, data)
  inflated += plain.length
  for (let change = 0; change < 20; change += 1) {
    const broken = damagedData(data, below)
    const length = below(4) === 0 ? below(plain.length + 300) : plain.length
    const other = inflateDifference(broken, length, kernel, false)
    if (other !== undefined) fail(other, broken)
    damaged += 1
  }
}
console.log(
  `${values.count} texts of ${textBytes} bytes are read alike, ${inflated} bytes inflated alike, ${damaged} damaged pieces too`,
)
