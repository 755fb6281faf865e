import { runCampaign } from "./campaign.ts"

/**
 * Kills filling runs and prints what was seen; exits with 1 when something was lost, invented or asked twice.
 * Run: `node --conditions=@barkeep/source bench/kill-fills/main.ts [kills]`.
 */
const result = await runCampaign(Number(process.argv[2] ?? 200), Math.random)
console.log(
  `${result.kills} kills in ${result.finished} caches, ${result.requests} requests, ${result.violations.length} violations`,
)
for (const violation of result.violations) console.log(`  ${violation}`)
process.exitCode = result.violations.length === 0 ? 0 : 1
