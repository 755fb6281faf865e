import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

/** The repository's root folder. */
export const root = join(import.meta.dirname, "../../..")

/** A package's manifest, as far as the checks read it. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly type?: string
  readonly sideEffects?: boolean
  readonly bin?: Readonly<Record<string, string>>
  readonly files?: ReadonlyArray<string>
  readonly engines?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, string | Readonly<Record<string, string>>>>
  readonly publishConfig?: { readonly access?: string }
  readonly scripts?: Readonly<Record<string, string>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** One package of the workspace. */
export interface WorkspacePackage {
  /** Path from the root, with `/`. */
  readonly folder: string
  readonly manifest: Manifest
}

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"))

/** All packages of a workspace, this one by default, sorted by folder. */
export const workspacePackages = (top: string = root): ReadonlyArray<WorkspacePackage> =>
  ["packages", "packages/providers", "apps"]
    .filter((parent) => existsSync(join(top, parent)))
    .flatMap((parent) => readdirSync(join(top, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(join(top, folder, "package.json")))
    .map((folder) => ({ folder, manifest: readJson(join(top, folder, "package.json")) as Manifest }))
    .toSorted((a, b) => (a.folder < b.folder ? -1 : 1))
