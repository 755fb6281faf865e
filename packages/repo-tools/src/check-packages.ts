// Checks what no other tool does: every package has the same shape, its build references are its workspace
// dependencies, and providers have the files and exports that make one teach all.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { readJson, root, type WorkspacePackage, workspacePackages } from "./workspace.ts"

/** Every complaint about one package, as one sentence each. */
const packageIssues = (
  { folder, manifest }: WorkspacePackage,
  folderOf: (name: string) => string | undefined,
): ReadonlyArray<string> => {
  const issues: Array<string> = []
  const expect = (condition: boolean, issue: string): void => {
    if (!condition) issues.push(`${folder}: ${issue}`)
  }
  const has = (file: string): boolean => existsSync(join(root, folder, file))
  expect(has("turbo.json"), "has no turbo.json with its layer tag")
  expect(manifest.license === "MIT", "license is not MIT")
  expect(manifest.type === "module", "is not an ES module")
  expect(manifest.engines?.["node"] === ">=24", "engines.node is not >=24")
  expect(has("README.md"), "has no README.md")
  if (manifest.private === true) return issues
  expect(manifest.publishConfig?.access === "restricted", "publishConfig.access is not restricted")
  expect(manifest.exports?.["./package.json"] === "./package.json", "does not export ./package.json")
  for (const [name, range] of Object.entries(manifest.dependencies ?? {}))
    expect(!name.startsWith("@barkeep/") || range === "workspace:^", `dependency ${name} is not workspace:^`)
  if (folder.startsWith("apps/")) return issues
  expect(manifest.sideEffects === false, "sideEffects is not false")
  expect(manifest.files?.includes("src") === true, "does not ship src (source maps point there)")
  for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
    if (entry.endsWith(".json") || typeof target === "string") continue
    const name = entry === "." ? "index" : entry.slice(2)
    expect(target["@barkeep/source"] === `./src/${name}.ts`, `exports ${entry} has no source condition`)
    expect(target["types"] === `./dist/${name}.d.ts`, `exports ${entry} has no types`)
    expect(target["default"] === `./dist/${name}.js`, `exports ${entry} has no default`)
    expect(has(`src/${name}.ts`), `src/${name}.ts is missing`)
  }
  issues.push(...referenceIssues({ folder, manifest }, folderOf))
  if (folder.startsWith("packages/providers/")) issues.push(...providerIssues(folder))
  return issues
}

const referenceIssues = (
  { folder, manifest }: WorkspacePackage,
  folderOf: (name: string) => string | undefined,
): ReadonlyArray<string> => {
  const config = readJson(join(root, folder, "tsconfig.build.json")) as {
    readonly references?: ReadonlyArray<{ readonly path: string }>
  }
  const referenced = (config.references ?? []).map(({ path }) => join(folder, path, "..")).toSorted()
  const needed = Object.keys(manifest.dependencies ?? {})
    .flatMap((name) => folderOf(name) ?? [])
    .toSorted()
  return referenced.join() === needed.join()
    ? []
    : [
        `${folder}: tsconfig.build.json references ${referenced.join(" ")}, dependencies are ${needed.join(" ")}`,
      ]
}

/** The checks of the built whole must wait for every build, and their cached results must depend on each. */
const builtCheckIssues = (packages: ReadonlyArray<WorkspacePackage>): ReadonlyArray<string> => {
  const { tasks } = readJson(join(root, "packages/repo-tools/turbo.json")) as {
    readonly tasks: Readonly<Record<string, { readonly dependsOn?: ReadonlyArray<string> }>>
  }
  return ["test:built", "proof:publish"].flatMap((task) =>
    packages
      .filter(({ manifest }) => manifest.scripts?.["build"] !== undefined)
      .map(({ manifest }) => `${manifest.name}#build`)
      .filter((build) => tasks[task]?.dependsOn?.includes(build) !== true)
      .map((build) => `packages/repo-tools: turbo.json lets ${task} run without ${build}`),
  )
}

const providerFiles = [
  "capabilities",
  "client",
  "effect",
  "endpoints",
  "failures",
  "options",
  "symbols",
  "timeframes",
]

const providerIssues = (folder: string): ReadonlyArray<string> => {
  const vendor = (folder.split("/").at(-1) as string)
    .split("-")
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join("")
  const lower = vendor[0]?.toLowerCase() + vendor.slice(1)
  const index = readFileSync(join(root, folder, "src/index.ts"), "utf8")
  return [
    ...providerFiles
      .filter((file) => !existsSync(join(root, folder, `src/${file}.ts`)))
      .map((file) => `${folder}: src/${file}.ts is missing (all providers have the same files)`),
    ...[`create${vendor}`, `${vendor}Options`, `${lower}Capabilities`]
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(index))
      .map((name) => `${folder}: src/index.ts does not export ${name}`),
  ]
}

if (import.meta.main) {
  const packages = workspacePackages()
  const folders = new Map(packages.map(({ folder, manifest }) => [manifest.name, folder]))
  const issues = [
    ...packages.flatMap((one) => packageIssues(one, (name) => folders.get(name))),
    ...builtCheckIssues(packages),
  ]
  for (const issue of issues) console.error(issue)
  console.log(`${packages.length} packages checked, ${issues.length} issues`)
  process.exitCode = issues.length > 0 ? 1 : 0
}
