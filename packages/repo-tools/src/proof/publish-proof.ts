// `pnpm proof:publish`: that a stranger can install what this tree would publish, and gets the next release too.
// Everything happens in a temporary folder: a registry on loopback, a copy of the tree, empty projects with plain npm.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { readChangesets } from "../release-version.ts"
import { readJson, root, workspacePackages } from "../workspace.ts"
import { makeAssertions } from "./assertions.ts"
import { installOldestNode, oldestNode, userConfiguration } from "./consumer.ts"
import { proveGlobalInstall } from "./global-install.ts"
import { startLoopbackRegistry } from "./loopback-registry.ts"
import { run } from "./run-program.ts"
import { proveSingleInstalls } from "./single-installs.ts"
import { copyWorkingTree } from "./working-copy.ts"
import { proveAllTogether } from "./all-together.ts"

const started = performance.now()
const assertions = makeAssertions((line) => console.log(line))
const { equal, holds, step } = assertions
const folder = mkdtempSync(join(tmpdir(), "publish-proof-"))
const registry = await startLoopbackRegistry(join(folder, "registry"))
const simulator = await startVendorSimulator({ seed: 1 })

const publicNames = workspacePackages()
  .filter(({ manifest }) => manifest.private !== true)
  .map(({ manifest }) => manifest.name)

/** Published versions by package. */
const published = async (): Promise<Record<string, ReadonlyArray<string>>> =>
  Object.fromEntries(
    await Promise.all(publicNames.map(async (name) => [name, await registry.versionsOf(name)] as const)),
  )

const versionsIn = (top: string): Record<string, string> =>
  Object.fromEntries(workspacePackages(top).map(({ manifest }) => [manifest.name, manifest.version]))

/** What a program said that had to fail; a text that says so when it did not. */
const refusalOf = (running: Promise<unknown>): Promise<string> =>
  running.then(
    () => "it went through",
    (error: unknown) => (error instanceof Error ? error.message : "no Error"),
  )

const prove = async (): Promise<void> => {
  const usual = (await run("npm", ["config", "get", "registry"], { cwd: folder })).stdout.trim()
  const npmrc = join(folder, "user.npmrc")
  writeFileSync(npmrc, userConfiguration(registry, usual))
  const nothing = join(folder, "empty.npmrc")
  writeFileSync(nothing, "")

  const copy = await step("copy of the working tree, installed", () =>
    copyWorkingTree(join(folder, "repository")),
  )
  // Whatever this machine has configured for the scope, nothing may leave it: only the loopback registry is accepted.
  const tool = (name: string, config: string) =>
    copy.node(
      [
        `packages/repo-tools/src/${name}.ts`,
        ...(name === "release-publish" ? ["--expect", registry.url] : []),
      ],
      { npm_config_userconfig: config, npm_config_globalconfig: nothing },
    )

  const pending = readChangesets(copy.folder).length
  if (pending > 0) {
    const early = await refusalOf(tool("release-publish", npmrc))
    holds("release waits for changesets to become versions", early.includes("are not yet versions"), early)
    await step("versions from the changesets", () => tool("release-version", npmrc))
    await copy.commit("Version packages")
  }
  const refused = await refusalOf(tool("release-publish", nothing))
  holds(
    "release refuses without a registry for the scope",
    refused.includes("so nothing is published"),
    refused,
  )
  equal("nothing is published by a refused release", Object.values(await published()).flat(), [])

  // The download waits for the network while the build works.
  const [{ node, version }] = await Promise.all([
    step(`Node ${oldestNode} for whoever installs them`, () =>
      installOldestNode(join(folder, "node"), npmrc),
    ),
    step("build and release", () => tool("release-publish", npmrc)),
  ])
  const first = versionsIn(copy.folder)
  const versions = await published()
  for (const name of publicNames) equal(`${name} ${first[name]} is published`, versions[name], [first[name]])

  holds(`the packages are used with Node ${version}`, version.startsWith(`v${oldestNode}.`), version)
  const machine = { npmrc, node }
  const singles = await proveSingleInstalls({ folder, machine, simulator: simulator.urls, assertions })
  const cli = await proveGlobalInstall({
    folder,
    machine,
    simulator: simulator.urls,
    assertions,
    version: first["@barkeep/cli"] ?? "",
  })
  const together = await proveAllTogether({ folder, machine, assertions, names: publicNames })

  appendFileSync(
    join(copy.folder, "packages/trading-calendar/src/index.ts"),
    'export const secondRelease = "picked up"\n',
  )
  writeFileSync(
    join(copy.folder, ".changeset/second.md"),
    '---\n"@barkeep/trading-calendar": patch\n---\n\nA second release.\n',
  )
  // Below 1.0.0 a minor version leaves the range that dependants ask for: they must ask for the new one.
  writeFileSync(
    join(copy.folder, ".changeset/second-minor.md"),
    '---\n"@barkeep/ticker-classifier": minor\n---\n\nA release that breaks.\n',
  )
  await step("a change to two packages, versioned", () => tool("release-version", npmrc))
  await copy.commit("Second release")
  const second = versionsIn(copy.folder)
  await step("second build and release", () => tool("release-publish", npmrc))
  const after = await published()
  const renewed = publicNames.filter((name) => first[name] !== second[name])
  equal(
    "the changes release the two packages, their dependants and the bundle alone",
    renewed,
    dependantsOf("@barkeep/trading-calendar", "@barkeep/ticker-classifier"),
  )
  for (const name of publicNames)
    equal(
      `${name} has ${renewed.includes(name) ? "a second version" : "one version"}`,
      after[name],
      renewed.includes(name) ? [first[name], second[name]] : [first[name]],
    )
  await singles.pickUp(second["@barkeep/trading-calendar"] ?? "")
  await cli.pickUp(second["@barkeep/cli"] ?? "")
  await together.pickUp("@barkeep/migration", "@barkeep/ticker-classifier", second)
}

/** Packages, everything that depends on them, and what bundles any of these, sorted as the workspace is. */
const dependantsOf = (...names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const reached = new Set(names)
  const packages = workspacePackages().filter(({ manifest }) => manifest.private !== true)
  for (let size = 0; size !== reached.size;) {
    size = reached.size
    for (const { folder: place, manifest } of packages) {
      const shipped = {
        ...manifest.dependencies,
        ...(place.startsWith("apps/") ? manifest.devDependencies : {}),
      }
      if (Object.keys(shipped).some((needed) => reached.has(needed))) reached.add(manifest.name)
    }
  }
  return packages.map(({ manifest }) => manifest.name).filter((one) => reached.has(one))
}

try {
  await prove()
} catch (error) {
  console.error(error)
} finally {
  await simulator.close()
  await registry.close()
  if (process.env["KEEP_PROOF"] === "1") console.log(`kept: ${folder}`)
  else rmSync(folder, { recursive: true, force: true })
}
assertions.writeReport(join(root, "packages/repo-tools/.vitest/proof-publish.json"))
const report = readJson(join(root, "packages/repo-tools/.vitest/proof-publish.json")) as {
  readonly numPassedTests: number
}
const seconds = ((performance.now() - started) / 1000).toFixed(0)
console.log(`publishing proof: ${report.numPassedTests} passed, ${assertions.failed()} failed, ${seconds} s`)
process.exitCode = assertions.failed() > 0 ? 1 : 0
