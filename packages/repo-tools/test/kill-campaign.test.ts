import { expect, it } from "vitest"
import { runKillCampaign } from "../src/kill-campaign.ts"

it.each([
  ["one writer at a time, three entries", { writers: 1, entries: 3 }],
  ["four writers on one entry", { writers: 4, entries: 1 }],
])(
  "keeps every acknowledged row and shows readers no torn file over 50 kills: %s",
  async (_name, options) => {
    const report = await runKillCampaign({ kills: 50, ...options })
    expect(report.problems).toEqual([])
    expect(report.kills).toBe(50)
    // Otherwise nothing was tried.
    expect(report.changingPuts).toBeGreaterThan(50)
    expect(report.reads).toBeGreaterThan(50)
  },
  240_000,
)
