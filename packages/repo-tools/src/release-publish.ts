// `pnpm release`: checks that the versions are ready, builds, and publishes to the registry that the user-level
// configuration names for the scope. `--cwd FOLDER` releases another copy of the workspace, `--expect URL` refuses any
// other registry.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { judgeRegistry, publicRegistry, scope } from "./release-registry.ts"
import { readChangesets } from "./release-version.ts"
import { root, type WorkspacePackage, workspacePackages } from "./workspace.ts"

/** Why the versions are not ready to be published, one sentence each. */
export const versionIssues = (
  packages: ReadonlyArray<WorkspacePackage>,
  pendingChangesets: ReadonlyArray<string>,
  changelogOf: (folder: string) => string | undefined,
): ReadonlyArray<string> => [
  ...(pendingChangesets.length === 0
    ? []
    : [
        `${pendingChangesets.length} changesets are not yet versions (${pendingChangesets.join(", ")}): ` +
          "run `pnpm version-packages`, read what it wrote, commit it",
      ]),
  ...packages
    .filter(({ manifest }) => manifest.private !== true)
    .filter(({ folder, manifest }) => {
      const [, latest] = /^## (\S+)/m.exec(changelogOf(folder) ?? "") ?? []
      return latest !== manifest.version
    })
    .map(
      ({ folder, manifest }) =>
        `${folder}: version ${manifest.version} is not the latest of its CHANGELOG.md`,
    ),
]

const run = (command: string, args: ReadonlyArray<string>, cwd: string): string => {
  const { status, stdout, error } = spawnSync(command, args, {
    cwd,
    stdio: ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    shell: process.platform === "win32",
  })
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status ?? String(error)}`)
  return stdout
}

const changelogIn =
  (top: string) =>
  (folder: string): string | undefined => {
    const path = join(top, folder, "CHANGELOG.md")
    return existsSync(path) ? readFileSync(path, "utf8") : undefined
  }

/** Everything that speaks against publishing the workspace in `top` as it is. */
const releaseIssues = (top: string): ReadonlyArray<string> => {
  const pending = readChangesets(top).map(({ id }) => id)
  const uncommitted = run("git", ["status", "--porcelain", "--untracked-files=no"], top).trim()
  return [
    ...versionIssues(workspacePackages(top), pending, changelogIn(top)),
    ...(uncommitted === ""
      ? []
      : [`commit first, since versions are tagged at the last commit:\n${uncommitted}`]),
  ]
}

/** Builds and publishes; resolves to the exit code. */
const publish = (cwd: string): number => {
  for (const args of [
    ["run", "build"],
    ["exec", "changeset", "publish"],
  ]) {
    const { status } = spawnSync("pnpm", args, { cwd, stdio: "inherit", shell: process.platform === "win32" })
    if (status !== 0) return status ?? 1
  }
  return 0
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { cwd: { type: "string", default: root }, expect: { type: "string" } },
  })
  const { cwd, expect } = values
  const configured = run("pnpm", ["config", "get", `${scope}:registry`], cwd)
  const verdict = judgeRegistry(configured, publicRegistry(), expect)
  if ("refusal" in verdict) {
    console.error(verdict.refusal)
    process.exitCode = 1
  } else {
    const issues = releaseIssues(cwd)
    for (const issue of issues) console.error(issue)
    if (issues.length === 0) console.log(`publishing to ${verdict.registry}`)
    process.exitCode = issues.length > 0 ? 1 : publish(cwd)
  }
}
