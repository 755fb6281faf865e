import { expect, it } from "vitest"
import { runCampaign } from "../bench/kill-fills/campaign.ts"

it("a filling run that is killed loses nothing, claims nothing and asks for nothing twice", async () => {
  const { kills, violations } = await runCampaign(2, Math.random)
  expect(violations).toEqual([])
  expect(kills).toBe(2)
}, 180_000)
