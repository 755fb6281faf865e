// `package-check` of every public package: packs the current folder's package as pnpm publishes it, and holds the
// tarball against publint, arethetypeswrong and what a manifest must not take out of the workspace.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const run = (command: string, args: ReadonlyArray<string>): string => {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    encoding: "utf8",
    shell: process.platform === "win32",
  })
  if (status !== 0)
    throw new Error(`${command} ${args.join(" ")} ended with ${status ?? String(error)}\n${stdout}${stderr}`)
  return stdout
}

/** What must not be in a published manifest, one sentence each. */
export const manifestIssues = (text: string): ReadonlyArray<string> =>
  ["workspace:", "catalog:", "link:", "file:"]
    .filter((protocol) => text.includes(`"${protocol}`))
    .map((protocol) => `the packed package.json still has ${protocol}`)

if (import.meta.main) {
  const folder = mkdtempSync(join(tmpdir(), "pack-"))
  const tarball = join(folder, "package.tgz")
  try {
    run("pnpm", ["pack", "--out", tarball])
    const manifest = run("tar", ["-xzOf", tarball, "package/package.json"])
    run("publint", ["run", "--strict", tarball])
    const { exports } = JSON.parse(manifest) as { readonly exports?: Readonly<Record<string, unknown>> }
    if (Object.values(exports ?? {}).some((at) => typeof at === "object"))
      run("attw", [tarball, "--profile", "esm-only", "-q"])
    const issues = manifestIssues(manifest)
    for (const issue of issues) console.error(issue)
    process.exitCode = issues.length > 0 ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
