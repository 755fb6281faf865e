import { realPairs } from "../test/real-pairs.ts"
import { runRealTrial } from "../test/real-trial.ts"
import { hasSharedData } from "../test/shared-data.ts"

/**
 * Removes ranges of real recordings and fills them from another vendor's recording of the same. Needs the shared
 * market data. Run: `node --conditions=@barkeep/source bench/real-pairs.ts [ranges of each pair]`.
 */
const count = Number(process.argv[2] ?? 30)
if (!hasSharedData) {
  console.log("skipped: no shared market data here")
  process.exit(0)
}
for (const pair of realPairs) {
  const { report, calls, changedRows, foreignRows, wrongRows, worst } = await runRealTrial(pair, count, 11)
  console.log(
    `${pair.name.padEnd(36)} gaps ${report.results.length}  filled ${report.filled}  partly ${report.partlyFilled}  not ${report.notFillable}  rows ${report.rowsAdded}  calls ${calls}  changed ${changedRows}  not the donor's ${foreignRows}  wrong ${wrongRows}  worst ${(100 * worst).toFixed(3)} %`,
  )
  const reasons = new Map<string, number>()
  for (const { attempts } of report.results)
    for (const { reason, text } of attempts) {
      const key =
        reason === undefined
          ? `taken: ${text.replace(/^\d+ bars; /, "").replaceAll(/[\d.]+/g, "#")}`
          : `${reason}: ${text.replaceAll(/[\d.]+/g, "#")}`
      reasons.set(key, (reasons.get(key) ?? 0) + 1)
    }
  for (const [text, times] of [...reasons].toSorted((a, b) => b[1] - a[1]).slice(0, 4))
    console.log(`    ${times} x ${text}`)
}
