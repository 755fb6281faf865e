// What an installation puts on the disk, for a folder as npm left it and for each package of it alone.
import { lstatSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

export interface InstallWeight {
  /** Packages installed, the asked one included. */
  readonly packages: number
  readonly bytes: number
}

interface Installed {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** npm's own account of a `node_modules` folder: path of each package (`node_modules/a`) to what it needs. */
export type InstalledTree = Readonly<Record<string, Installed>>

export const readInstalledTree = (folder: string): InstalledTree =>
  (
    JSON.parse(readFileSync(join(folder, "node_modules/.package-lock.json"), "utf8")) as {
      packages: InstalledTree
    }
  ).packages

const bytesOf = (path: string, isPackage: boolean): number => {
  const stat = lstatSync(path)
  if (!stat.isDirectory()) return stat.size
  return readdirSync(path)
    .filter((name) => !isPackage || name !== "node_modules")
    .reduce((sum, name) => sum + bytesOf(join(path, name), false), 0)
}

const needs = ({ dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta }: Installed) => [
  ...Object.keys(dependencies ?? {}),
  ...Object.keys(optionalDependencies ?? {}),
  ...Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional !== true),
]

/** Where Node finds `name` from inside the package at `path`, as npm nests packages. */
const resolveFrom = (tree: InstalledTree, path: string, name: string): string | undefined => {
  for (let place = path; ; place = place.slice(0, place.lastIndexOf("/node_modules/"))) {
    const candidate = `${place}/node_modules/${name}`
    if (candidate in tree) return candidate
    if (!place.includes("/node_modules/")) break
  }
  const top = `node_modules/${name}`
  return top in tree ? top : undefined
}

/** The packages that `name` brings along, itself included, as paths in the tree. */
export const closureOf = (tree: InstalledTree, name: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const waiting = [`node_modules/${name}`]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const installed = tree[path]
    if (installed === undefined) throw new Error(`${name} is not installed: no ${path}`)
    if (found.has(path)) continue
    found.add(path)
    const here = path
    waiting.push(...needs(installed).flatMap((needed) => resolveFrom(tree, here, needed) ?? []))
  }
  return found
}

/** Weight of one package and all it needs, out of a folder in which more may be installed. */
export const weightOf = (folder: string, tree: InstalledTree, name: string): InstallWeight => {
  const paths = [...closureOf(tree, name)]
  return {
    packages: paths.length,
    bytes: paths.reduce((sum, path) => sum + bytesOf(join(folder, path), true), 0),
  }
}

/** `15 packages, 12.3 MB` */
export const describeWeight = ({ packages, bytes }: InstallWeight): string =>
  `${packages} ${packages === 1 ? "package" : "packages"}, ${(bytes / 1e6).toFixed(1)} MB`
