import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { cleanCache, expireCases, planExpiry, salvageCases } from "../src/effect.ts"
import type { FileFinding } from "../src/index.ts"
import { memoryFiles, typedError } from "./memory-files.ts"

const finding: FileFinding = {
  severity: "error",
  kind: "damaged-data",
  path: "/cache/A/1d/2017.csv.gz",
  what: "cut",
  symbol: "A",
  timeframe: "1d",
  year: 2017,
}

it.effect("gives the same as the Promises", () =>
  Effect.gen(function* () {
    const files = memoryFiles([finding])
    const report = yield* cleanCache({ files, mode: "cleanup" })
    assert.deepStrictEqual(
      report.files.map(({ outcome }) => outcome._tag),
      ["SetAside"],
    )
    assert.deepStrictEqual(yield* salvageCases({ files }), [])
    const plan = yield* planExpiry({ files, now: 1e12, olderThanMillis: 0 })
    const [expired] = yield* expireCases(plan, { files })
    assert.strictEqual(expired?.outcome._tag, "Deleted")
  }),
)

const rejection = async (error: Error): Promise<never> => {
  throw error
}

it.effect("fails with the store's typed error; everything else is a defect", () =>
  Effect.gen(function* () {
    const failing = (error: Error) => ({ ...memoryFiles([]), inspect: () => rejection(error) })
    const typed = yield* Effect.flip(cleanCache({ files: failing(typedError("EACCES")) }))
    assert.strictEqual(typed._tag, "CacheError")
    const exit = yield* Effect.exit(cleanCache({ files: failing(new TypeError("a bug")) }))
    assert.isTrue(Exit.hasDies(exit))
  }),
)
