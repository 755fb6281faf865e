// Assertions that are counted: each is told as it passes or fails, and the sum goes into a report of vitest's shape.
import { mkdirSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { inspect, isDeepStrictEqual } from "node:util"

export interface Assertions {
  /** Notes whether `actual` is `expected`, and goes on. */
  readonly equal: (what: string, actual: unknown, expected: unknown) => void
  readonly holds: (what: string, condition: boolean, detail?: unknown) => void
  /** Runs a step; its failure counts as one failed assertion and is thrown on, since later steps need it. */
  readonly step: <A>(what: string, work: () => Promise<A>) => Promise<A>
  readonly failed: () => number
  readonly writeReport: (path: string) => void
}

export const makeAssertions = (say: (line: string) => void): Assertions => {
  const results: Array<{ readonly title: string; readonly status: "passed" | "failed" }> = []
  const note = (title: string, passed: boolean, detail: string): void => {
    results.push({ title, status: passed ? "passed" : "failed" })
    say(passed ? `  ok      ${title}` : `  FAILED  ${title}: ${detail}`)
  }
  const count = (status: string): number => results.filter((one) => one.status === status).length
  return {
    equal: (what, actual, expected) =>
      note(what, isDeepStrictEqual(actual, expected), `${inspect(actual)} instead of ${inspect(expected)}`),
    holds: (what, condition, detail) => note(what, condition, inspect(detail)),
    step: async (what, work) => {
      const started = performance.now()
      try {
        const result = await work()
        say(`${what} (${((performance.now() - started) / 1000).toFixed(1)} s)`)
        return result
      } catch (error) {
        note(what, false, error instanceof Error ? error.message : inspect(error))
        throw error
      }
    },
    failed: () => count("failed"),
    writeReport: (path) => {
      mkdirSync(dirname(path), { recursive: true })
      writeFileSync(
        path,
        JSON.stringify({
          numPassedTests: count("passed"),
          numFailedTests: count("failed"),
          numPendingTests: 0,
          numTodoTests: 0,
          testResults: [{ status: count("failed") > 0 ? "failed" : "passed", assertionResults: results }],
        }),
      )
    },
  }
}
