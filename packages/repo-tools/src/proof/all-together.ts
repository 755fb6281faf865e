// Every package in one project: its types, and what each weighs alone, against what its README says.
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { root, workspacePackages } from "../workspace.ts"
import type { Assertions } from "./assertions.ts"
import { type ConsumerMachine, makeConsumer } from "./consumer.ts"
import { describeWeight, type InstallWeight, readInstalledTree, weightOf } from "./install-weight.ts"

/** The weight a README states, as `Installs 5 packages, 70 MB`; `undefined` when it states none. */
export const statedWeight = (readme: string): InstallWeight | undefined => {
  const [, packages, megabytes] = /Installs (\d+) packages?,\s([\d.]+) MB/.exec(readme) ?? []
  return packages === undefined ? undefined : { packages: Number(packages), bytes: Number(megabytes) * 1e6 }
}

/** True when a statement is near enough: other people's packages grow by themselves. */
export const isNear = (stated: InstallWeight, measured: InstallWeight): boolean =>
  Math.abs(stated.packages - measured.packages) <= 2 &&
  Math.abs(stated.bytes - measured.bytes) <= Math.max(0.25 * measured.bytes, 300_000)

const typedPrograms = ["cache-core", "provider-binance", "trading-calendar"].flatMap((name) => [
  `${name}.ts`,
  `${name}-effect.ts`,
])

interface TogetherContext {
  readonly folder: string
  readonly machine: ConsumerMachine
  readonly names: ReadonlyArray<string>
  readonly assertions: Assertions
}

/** Installs all packages into one project; `pickUp` updates one of them after the second release. */
export const proveAllTogether = async ({
  folder,
  machine,
  names,
  assertions: { equal, holds, step },
}: TogetherContext) => {
  const all = makeConsumer(join(folder, "all"), machine)
  await step("npm install of every package into one project", () =>
    all.npm("install", ...names, "@types/node@26"),
  )
  await step("type check of the programs, with the declaration files of all packages", () =>
    all.typeCheck(...typedPrograms),
  )
  // A pure package alone brings no Effect; here it is.
  equal(
    "trading-calendar with Effect",
    await all.program("trading-calendar-effect.ts"),
    "[ 'Independence Day', 'UnknownMarket' ]",
  )
  const tree = readInstalledTree(all.folder)
  const native = Object.keys(tree).filter((path) => {
    const { scripts, gypfile } = JSON.parse(readFileSync(join(all.folder, path, "package.json"), "utf8")) as {
      readonly scripts?: Readonly<Record<string, string>>
      readonly gypfile?: boolean
    }
    return (
      gypfile === true ||
      ["preinstall", "install", "postinstall"].some((name) => scripts?.[name] !== undefined)
    )
  })
  holds("no package that comes along runs a script or is compiled at install", native.length === 0, native)
  for (const { folder: place, manifest } of workspacePackages().filter((one) =>
    names.includes(one.manifest.name),
  )) {
    const measured = weightOf(all.folder, tree, manifest.name)
    const stated = statedWeight(readFileSync(join(root, place, "README.md"), "utf8"))
    holds(
      `${manifest.name} installs ${describeWeight(measured)}, as its README states`,
      stated !== undefined && isNear(stated, measured),
      stated === undefined ? "its README states no weight" : describeWeight(stated),
    )
  }
  return {
    /** Updates `dependant`; it must then find the new version of `needed`, though the project's own is older. */
    pickUp: async (
      dependant: string,
      needed: string,
      versions: Readonly<Record<string, string>>,
    ): Promise<void> => {
      await step(`npm update ${dependant}`, () => all.npm("update", dependant))
      const found = createRequire(join(all.folder, "node_modules", dependant, "package.json"))
      equal(
        `${dependant} comes with the minor version of ${needed}`,
        [dependant, needed].map((name) => (found(`${name}/package.json`) as { version: string }).version),
        [versions[dependant], versions[needed]],
      )
    },
  }
}
