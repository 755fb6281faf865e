import { describe, expect, it } from "vitest"
import { countVitest, sumUp } from "../src/sum-up.ts"

describe("the closing line", () => {
  const tests = { passed: 5, failed: 0, skipped: 0 }

  it("adds tests and other checks", () => {
    const outcomes = [
      { task: "a#test", passed: true },
      { task: "a#build", passed: true },
      { task: "//#lint", passed: false },
    ]
    expect(sumUp(outcomes, [tests]).line).toBe("6 passed, 1 failed")
  })

  it("names skipped tests", () => {
    expect(sumUp([], [{ ...tests, skipped: 2 }]).line).toBe("5 passed, 0 failed, 2 skipped")
  })

  it("counts a test run that broke without a failed test", () => {
    expect(sumUp([{ task: "a#test", passed: false }], []).failed).toBe(1)
  })

  it("counts a test file that failed before its first test", () => {
    const report = {
      numPassedTests: 1,
      numFailedTests: 0,
      numPendingTests: 0,
      numTodoTests: 0,
      testResults: [{ status: "failed", assertionResults: [] }],
    }
    expect(countVitest(report)).toEqual({ passed: 1, failed: 1, skipped: 0 })
  })
})
