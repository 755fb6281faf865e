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

/** The closing line: tests from their reports, every other task as one check. */
export const sumUp = (
  outcomes: ReadonlyArray<TaskOutcome>,
  reports: ReadonlyArray<TestCount>,
): TestCount & { readonly failedTasks: ReadonlyArray<string>; readonly line: string } => {
  const total = (pick: (count: TestCount) => number): number =>
    reports.reduce((sum, count) => sum + pick(count), 0)
  const failedTasks = outcomes.filter(({ passed }) => !passed).map(({ task }) => task)
  const testsFailed = total((count) => count.failed)
  const isTest = (task: string): boolean => /#(?:test|test:built|proof:publish)$/.test(task)
  const checksFailed = failedTasks.filter((task) => !isTest(task)).length
  // A test task that failed without a failed test (a crash, no report) must not vanish from the sum.
  const silentFailures = testsFailed === 0 ? failedTasks.filter(isTest).length : 0
  const passed =
    total((count) => count.passed) + outcomes.filter(({ task, passed: ok }) => ok && !isTest(task)).length
  const failed = testsFailed + checksFailed + silentFailures
  const skipped = total((count) => count.skipped)
  return {
    passed,
    failed,
    skipped,
    failedTasks,
    line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  }
}
