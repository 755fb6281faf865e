// The whole check of the repository: one turbo run over every task, then one line that sums up what really ran.
// Tests and the assertions of the publishing proof are counted from their reports (turbo restores them on a cache hit);
// each other check counts as one.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { readJson, root, workspacePackages } from "./workspace.ts"
import { countVitest, reportOfTask, sumUp, type TaskOutcome } from "./sum-up.ts"

const checks = [
  "build",
  "test",
  "test:built",
  "proof:publish",
  "package-check",
  "lint",
  "check",
  "format:check",
  "boundaries",
  "check-packages",
]

/** What became of each task, from turbo's own account of the run. */
const taskOutcomes = (folder: string): ReadonlyArray<TaskOutcome> => {
  const [file] = existsSync(folder) ? readdirSync(folder) : []
  if (file === undefined) throw new Error("turbo left no account of its run; see its output above")
  const { tasks } = readJson(join(folder, file)) as {
    readonly tasks: ReadonlyArray<{
      readonly taskId: string
      readonly execution?: { readonly exitCode: number | null }
    }>
  }
  return tasks
    .filter(({ taskId }) => !taskId.endsWith("#transit"))
    .map(({ taskId, execution }) => ({ task: taskId, passed: execution?.exitCode === 0 }))
}

/** Task id to the report it leaves. */
const reportPaths = workspacePackages().flatMap(({ folder, manifest }) =>
  Object.entries(reportOfTask).map(
    ([task, name]) => [`${manifest.name}#${task}`, join(root, folder, `.vitest/${name}.json`)] as const,
  ),
)
const accounts = join(root, ".turbo/runs")
// Nothing of an earlier run may be counted; turbo brings back what it has cached.
for (const path of [accounts, ...reportPaths.map(([, report]) => report)])
  rmSync(path, { recursive: true, force: true })
const turbo = spawnSync(
  "turbo",
  ["run", ...checks, "--continue", "--summarize", "--output-logs=errors-only"],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" },
    shell: process.platform === "win32",
  },
)
const outcomes = taskOutcomes(accounts)
const reports = new Map(
  reportPaths.flatMap(([task, path]) =>
    existsSync(path) ? [[task, countVitest(readJson(path))] as const] : [],
  ),
)
const summary = sumUp(outcomes, reports)
for (const task of summary.failedTasks) console.error(`failed: ${task}`)
if (summary.skipped > 0)
  console.log(
    "skipped: tests that read optional data or run optional programs (pandas) that are not on this machine",
  )
console.log(summary.line)
process.exitCode = turbo.status === 0 && summary.failed === 0 && summary.passed > 0 ? 0 : 1
