// `pnpm release`: checks that the versions are ready, builds, and publishes to the registry that the user-level
// configuration names for the scope. `--cwd FOLDER` releases another copy of the workspace.
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { judgeRegistry, scope } from "./release-registry.ts"
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

const pnpm = (args: ReadonlyArray<string>, cwd: string, stdio: "inherit" | "pipe") =>
  spawnSync("pnpm", args, {
    cwd,
    stdio: stdio === "inherit" ? "inherit" : ["ignore", "pipe", "inherit"],
    encoding: "utf8",
    shell: process.platform === "win32",
  })

if (import.meta.main) {
  const { values } = parseArgs({ options: { cwd: { type: "string", default: root } } })
  const { cwd } = values
  const asked = pnpm(["config", "get", `${scope}:registry`], cwd, "pipe")
  if (asked.status !== 0) throw new Error(`pnpm config get ended with ${asked.status ?? String(asked.error)}`)
  const verdict = judgeRegistry(asked.stdout)
  const issues =
    "refusal" in verdict
      ? [verdict.refusal]
      : versionIssues(
          workspacePackages(cwd),
          readChangesets(cwd).map(({ id }) => id),
          (folder) => {
            const path = join(cwd, folder, "CHANGELOG.md")
            return existsSync(path) ? readFileSync(path, "utf8") : undefined
          },
        )
  for (const issue of issues) console.error(issue)
  if (issues.length > 0 || !("registry" in verdict)) process.exitCode = 1
  else {
    console.log(`publishing to ${verdict.registry}`)
    const built = pnpm(["run", "build"], cwd, "inherit")
    process.exitCode =
      built.status === 0 ? (pnpm(["exec", "changeset", "publish"], cwd, "inherit").status ?? 1) : 1
  }
}
