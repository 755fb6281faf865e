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
    expect(sumUp(outcomes, new Map([["a#test", tests]])).line).toBe("6 passed, 1 failed")
  })

  it("names skipped tests", () => {
    expect(sumUp([], new Map([["a#test", { ...tests, skipped: 2 }]])).line).toBe(
      "5 passed, 0 failed, 2 skipped",
    )
  })

  it("counts a test run that broke without a failed test", () => {
    const broken = [{ task: "a#test", passed: false }]
    expect(sumUp(broken, new Map()).failed).toBe(1)
    expect(sumUp(broken, new Map([["a#test", tests]])).failed).toBe(1)
    const others = new Map([["b#test", { ...tests, failed: 1 }]])
    expect(sumUp([...broken, { task: "b#test", passed: false }], others).failed).toBe(2)
  })

  it("counts a test run that left no report, passed as it says", () => {
    const silent = sumUp([{ task: "tools#proof:publish", passed: true }], new Map())
    expect([silent.line, silent.failedTasks]).toEqual(["0 passed, 1 failed", ["tools#proof:publish"]])
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
