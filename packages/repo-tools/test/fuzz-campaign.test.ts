import { expect, it } from "vitest"
import { runFuzzCampaign } from "../src/fuzz-campaign.ts"

it("reads 3,000 mutated files as typed errors or as the rows that were written", async () => {
  const report = await runFuzzCampaign({ count: 3000 })
  expect(report.problems).toEqual([])
  expect(report.read + report.refused).toBe(3000)
  expect(report.refused).toBeGreaterThan(500)
}, 120_000)
