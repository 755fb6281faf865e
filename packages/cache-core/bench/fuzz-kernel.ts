import { parseArgs } from "node:util"
import { scanKernel } from "../src/codec/scan-kernel.ts"
import { scannerDifference } from "./compare-scanners.ts"
import { hostileRows } from "./hostile-rows.ts"
import { seededRandom } from "./workload.ts"

// Holds the kernel against the scanner without it, over hostile texts:
//   node --conditions=@barkeep/source packages/cache-core/bench/fuzz-kernel.ts [--count 100000] [--seed 1]
// Exit code 1 at the first difference.

const { values } = parseArgs({
  options: { count: { type: "string", default: "100000" }, seed: { type: "string", default: "1" } },
})
const random = seededRandom(Number(values.seed))
const { text } = hostileRows(random)
const kernel = scanKernel()
if (kernel === undefined) throw new Error("there is no kernel here")
let bytes = 0
for (let done = 0; done < Number(values.count); done += 1) {
  const dateOnly = random() < 0.3
  const rows = text(dateOnly)
  const rowLimit = random() < 0.8 ? 1000 : Math.floor(random() * 50)
  const difference = scannerDifference(rows, dateOnly, rowLimit, kernel)
  if (difference !== undefined) {
    console.error(`FOUND: ${difference}\n${Buffer.from(rows).toString("latin1")}`)
    process.exit(1)
  }
  bytes += rows.length
}
console.log(`${values.count} texts of ${bytes} bytes are read alike`)
