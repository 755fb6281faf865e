// `pnpm version-packages`: turns the changesets into versions and changelogs, bundles included. Nothing is committed.
// `--cwd FOLDER` works on another copy of the workspace.
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { parseArgs } from "node:util"
import { markReleased } from "./api/released-mark.ts"
import { bundleChangeset, type Changeset, parseChangeset, renewedBundles } from "./release-plan.ts"
import { root, workspacePackages } from "./workspace.ts"

/** The pending changesets of a workspace, by file name. */
export const readChangesets = (folder: string): ReadonlyArray<Changeset> =>
  readdirSync(join(folder, ".changeset"))
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .toSorted()
    .map((name) => parseChangeset(name.slice(0, -3), readFileSync(join(folder, ".changeset", name), "utf8")))

/** Versions the workspace in `folder`; throws when changesets refuses. */
const versionPackages = (folder: string): void => {
  if (existsSync(join(folder, ".changeset/pre.json")))
    throw new Error(
      ".changeset/pre.json: prereleases of bundles are not supported; run `changeset pre exit` first",
    )
  const changesets = readChangesets(folder)
  const before = workspacePackages(folder)
  for (const bundle of renewedBundles(before, changesets)) {
    const file = `bundle-${bundle.name.replace(/^@/, "").replace("/", "-")}.md`
    writeFileSync(join(folder, ".changeset", file), bundleChangeset(bundle))
  }
  const cli = join(
    dirname(createRequire(join(root, "package.json")).resolve("@changesets/cli/package.json")),
    "bin.js",
  )
  const { status } = spawnSync(process.execPath, [cli, "version"], { cwd: folder, stdio: "inherit" })
  if (status !== 0) throw new Error(`changeset version ended with ${status ?? "a signal"}`)
  const versionOf = new Map(before.map(({ manifest }) => [manifest.name, manifest.version]))
  for (const { folder: place, manifest } of workspacePackages(folder))
    if (versionOf.get(manifest.name) !== manifest.version) markReleased(join(folder, place), manifest.version)
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { cwd: { type: "string", default: root } } })
  versionPackages(values.cwd)
}
