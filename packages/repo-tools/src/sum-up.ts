/** One task of the run and whether it passed. */
export interface TaskOutcome {
  readonly task: string
  readonly passed: boolean
}

/** Tests of one package. */
export interface TestCount {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** Counts of a vitest JSON report. A test file that failed before its first test counts as one failure. */
export const countVitest = (report: unknown): TestCount => {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = report as {
    readonly numPassedTests: number
    readonly numFailedTests: number
    readonly numPendingTests: number
    readonly numTodoTests: number
    readonly testResults: ReadonlyArray<{
      readonly status: string
      readonly assertionResults: ReadonlyArray<unknown>
    }>
  }
  const brokenFiles = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  )
  return {
    passed: numPassedTests,
    failed: numFailedTests + brokenFiles.length,
    skipped: numPendingTests + numTodoTests,
  }
}

/** Tasks that leave a report of what they counted, and its name in the package's `.vitest` folder. */
export const reportOfTask: Readonly<Record<string, string>> = {
  test: "results",
  "test:built": "built",
  "proof:publish": "proof-publish",
}

const leavesReport = (task: string): boolean => (task.split("#")[1] ?? "") in reportOfTask

/**
 * The closing line: tests from the reports of their tasks (by task id), every other task as one check. A task that
 * should have left a report and did not, or failed without a failure in it (a crash), counts as one failure.
 */
export const sumUp = (
  outcomes: ReadonlyArray<TaskOutcome>,
  reports: ReadonlyMap<string, TestCount>,
): TestCount & { readonly failedTasks: ReadonlyArray<string>; readonly line: string } => {
  const total = (pick: (count: TestCount) => number): number =>
    [...reports.values()].reduce((sum, count) => sum + pick(count), 0)
  const failedTasks = outcomes.filter(({ passed }) => !passed).map(({ task }) => task)
  const checks = outcomes.filter(({ task }) => !leavesReport(task))
  const withoutAccount = outcomes.filter(({ task, passed }) => {
    const report = reports.get(task)
    return leavesReport(task) && (report === undefined || (!passed && report.failed === 0))
  })
  const passed = total((count) => count.passed) + checks.filter((one) => one.passed).length
  const failed =
    total((count) => count.failed) + checks.filter((one) => !one.passed).length + withoutAccount.length
  const skipped = total((count) => count.skipped)
  return {
    passed,
    failed,
    skipped,
    failedTasks: [...new Set([...failedTasks, ...withoutAccount.map(({ task }) => task)])],
    line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  }
}
