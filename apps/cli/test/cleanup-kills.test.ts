import { expect, it } from "vitest"
import { runCleanupKills } from "../bench/cleanup-kills.ts"

// Far longer than it takes: a slow machine must not fail the test.
const timeout = 300_000

it(
  "a cleanup that is killed at any moment loses nothing, and the next one finishes it",
  { timeout },
  async () => {
    const { kills, problems } = await runCleanupKills({ kills: 3, seed: 7 })
    expect({ kills, problems }).toEqual({ kills: 3, problems: [] })
  },
)
