import { expect, it } from "vitest"
import { runCleanupKills } from "../bench/cleanup-kills.ts"

it("a cleanup that is killed at any moment loses nothing, and the next one finishes it", async () => {
  const { kills, problems } = await runCleanupKills({ kills: 3, seed: 7 })
  expect({ kills, problems }).toEqual({ kills: 3, problems: [] })
})
