// A copy of the working tree with its own node_modules and git history, so that versions can be made and published
// without a change here. Builds that this tree has cached are taken from its cache.
import { cpSync, lstatSync, mkdirSync } from "node:fs"
import { dirname, join } from "node:path"
import { root } from "../workspace.ts"
import { plainEnvironment, run } from "./run-program.ts"

export interface WorkingCopy {
  readonly folder: string
  readonly commit: (message: string) => Promise<void>
  /** Runs one of the repository's tools inside the copy. */
  readonly node: (
    args: ReadonlyArray<string>,
    env?: Readonly<Record<string, string>>,
  ) => ReturnType<typeof run>
}

/** Copies what git would: tracked and new files, not the ignored ones. */
export const copyWorkingTree = async (folder: string): Promise<WorkingCopy> => {
  const { stdout } = await run("git", ["ls-files", "-co", "--exclude-standard", "-z"], { cwd: root })
  for (const path of stdout.split("\0").filter((name) => name !== "")) {
    // A tracked file that has been deleted is listed too.
    if (lstatSync(join(root, path), { throwIfNoEntry: false }) === undefined) continue
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path), { verbatimSymlinks: true })
  }
  const environment = (): Record<string, string> => ({
    ...plainEnvironment(),
    CI: "true",
    TURBO_TELEMETRY_DISABLED: "1",
    TURBO_CACHE_DIR: join(root, ".turbo/cache"),
  })
  const identity = [
    "-c",
    "user.name=proof",
    "-c",
    "user.email=proof@example.invalid",
    "-c",
    "commit.gpgsign=false",
  ]
  const commit = async (message: string): Promise<void> => {
    await run("git", ["add", "--all"], { cwd: folder })
    await run("git", [...identity, "commit", "--quiet", "--no-verify", "-m", message], { cwd: folder })
  }
  await run("git", ["init", "--quiet", "-b", "main"], { cwd: folder })
  await commit("Copy of the working tree")
  await run("pnpm", ["install", "--prefer-offline", "--frozen-lockfile"], { cwd: folder, env: environment() })
  return {
    folder,
    commit,
    node: (args, env = {}) => run(process.execPath, args, { cwd: folder, env: { ...environment(), ...env } }),
  }
}
