import { expect, it } from "vitest"
import { runKillCampaign } from "../src/kill-campaign.ts"

it("keeps every acknowledged row and shows readers no torn file over 30 killed writers", async () => {
  const report = await runKillCampaign({ kills: 30, writers: 3 })
  expect(report.problems).toEqual([])
  expect(report.kills).toBeGreaterThanOrEqual(30)
  expect(report.acknowledgedPuts).toBeGreaterThan(0)
  expect(report.reads).toBeGreaterThan(0)
}, 240_000)
