import { type CampaignResult, runCampaign } from "./campaign.ts"

/**
 * Kills filling runs and prints what was seen; exits with 1 when something was lost, invented or asked twice.
 * Run: `node --conditions=@barkeep/source bench/kill-fills/main.ts [kills]`.
 */
const show = ({ kills, finished, requests, violations }: CampaignResult): void =>
  console.log(`${kills} kills in ${finished} caches, ${requests} requests, ${violations.length} violations`)
const result = await runCampaign(Number(process.argv[2] ?? 200), Math.random, show)
for (const violation of result.violations) console.log(`  ${violation}`)
process.exitCode = result.violations.length === 0 ? 0 : 1
