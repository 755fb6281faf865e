// What a release takes along. Changesets releases the packages that changesets name and their dependants; it cannot
// see that a bundle ships the code of packages that its manifest has as devDependencies only.
import type { WorkspacePackage } from "./workspace.ts"

export type Bump = "major" | "minor" | "patch"

/** One file of `.changeset/`. */
export interface Changeset {
  /** Its file name without `.md`. */
  readonly id: string
  readonly bumps: ReadonlyMap<string, Bump>
  readonly summary: string
}

/** The next version of one package. */
export interface PlannedRelease {
  readonly name: string
  readonly newVersion: string
}

/** A package that is a bundle, and what its next release brings from the packages it ships. */
export interface RenewedBundle {
  readonly name: string
  /** What changed in shipped packages, without what changesets tell of the bundle itself. */
  readonly news: ReadonlyArray<{
    readonly summary: string
    readonly releases: ReadonlyArray<PlannedRelease>
  }>
  /** Every shipped package with a new version. */
  readonly brings: ReadonlyArray<PlannedRelease>
}

const strength: Readonly<Record<Bump, number>> = { major: 3, minor: 2, patch: 1 }

/** Reads a changeset file; throws an Error that names it when it is none. `none` entries release nothing. */
export const parseChangeset = (id: string, text: string): Changeset => {
  const [, head, summary] = /^---\r?\n([^]*?)\r?\n?---\r?\n?([^]*)$/.exec(text) ?? []
  if (head === undefined) throw new Error(`.changeset/${id}.md: begins with no "---" block of packages`)
  const bumps = new Map<string, Bump>()
  for (const line of head.split("\n").filter((part) => part.trim() !== "")) {
    const [, name, bump] = /^["']?([^"']+)["']?:\s*(major|minor|patch|none)\s*$/.exec(line.trim()) ?? []
    if (name === undefined || bump === undefined)
      throw new Error(`.changeset/${id}.md: "${line}" is not "package": major, minor, patch or none`)
    if (bump !== "none") bumps.set(name, bump as Bump)
  }
  return { id, bumps, summary: (summary ?? "").trim() }
}

const nextVersion = (version: string, bump: Bump): string => {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number)
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error(`version ${version} is not of the form 1.2.3`)
  if (bump === "major") return `${major + 1}.0.0`
  return bump === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}

const runtimeDependencies = ({ manifest }: WorkspacePackage): ReadonlyArray<string> => [
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.peerDependencies ?? {}),
]

/** True for a package whose build puts its workspace devDependencies into its own files. */
const isBundle = ({ manifest }: WorkspacePackage): boolean =>
  manifest.devDependencies?.["rolldown"] !== undefined

/** The packages that changesets name, and whatever depends on them, transitively. */
export const plannedReleases = (
  packages: ReadonlyArray<WorkspacePackage>,
  changesets: ReadonlyArray<Changeset>,
): ReadonlyMap<string, PlannedRelease> => {
  const open = packages.filter(({ manifest }) => manifest.private !== true)
  const bumps = new Map<string, Bump>()
  for (const { bumps: asked } of changesets)
    for (const [name, bump] of asked)
      if (strength[bump] > strength[bumps.get(name) ?? "patch"] || !bumps.has(name)) bumps.set(name, bump)
  for (let grown = true; grown;) {
    const added = open.filter(
      (one) => !bumps.has(one.manifest.name) && runtimeDependencies(one).some((name) => bumps.has(name)),
    )
    for (const { manifest } of added) bumps.set(manifest.name, "patch")
    grown = added.length > 0
  }
  return new Map(
    open.flatMap(({ manifest: { name, version } }) => {
      const bump = bumps.get(name)
      return bump === undefined ? [] : [[name, { name, newVersion: nextVersion(version, bump) }]]
    }),
  )
}

/** The workspace packages whose code a bundle ships: its devDependencies and what they need. */
const shippedBy = (
  bundle: WorkspacePackage,
  packages: ReadonlyArray<WorkspacePackage>,
): ReadonlyArray<string> => {
  const byName = new Map(packages.map((one) => [one.manifest.name, one]))
  const shipped = new Set<string>()
  const waiting = Object.keys(bundle.manifest.devDependencies ?? {})
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const found = byName.get(name)
    if (found === undefined || shipped.has(name)) continue
    shipped.add(name)
    waiting.push(...runtimeDependencies(found))
  }
  return [...shipped].toSorted()
}

/** The bundles that must be released too, since a package they ship is. */
export const renewedBundles = (
  packages: ReadonlyArray<WorkspacePackage>,
  changesets: ReadonlyArray<Changeset>,
): ReadonlyArray<RenewedBundle> => {
  const releases = plannedReleases(packages, changesets)
  return packages
    .filter((one) => one.manifest.private !== true && isBundle(one))
    .map((bundle) => {
      const { name } = bundle.manifest
      const brings = shippedBy(bundle, packages).flatMap((shipped) => releases.get(shipped) ?? [])
      const news = changesets
        .filter(({ bumps }) => !bumps.has(name))
        .map(({ summary, bumps }) => ({ summary, releases: brings.filter((one) => bumps.has(one.name)) }))
        .filter(({ releases: told }) => told.length > 0)
      return { name, news, brings }
    })
    .filter(({ brings }) => brings.length > 0)
}

/** The changeset that releases a bundle: a line for each change that its users meet in it, and the rest by name. */
export const bundleChangeset = ({ name, news, brings }: RenewedBundle): string => {
  const named = (releases: ReadonlyArray<PlannedRelease>): string =>
    releases.map((one) => `\`${one.name}\` ${one.newVersion}`).join(", ")
  const told = new Set(news.flatMap(({ releases }) => releases))
  const others = brings.filter((one) => !told.has(one))
  const lines = news.map(({ summary, releases }) => `- ${firstParagraph(summary)} (${named(releases)})`)
  if (others.length > 0) lines.push(`- ${lines.length > 0 ? "Also " : ""}${named(others)}.`)
  return [
    `---`,
    `"${name}": patch`,
    `---`,
    ``,
    `Ships new versions of the packages it bundles:`,
    ``,
    ...lines,
    ``,
  ].join("\n")
}

const firstParagraph = (text: string): string => (text.split(/\n\s*\n/)[0] ?? "").replaceAll(/\s*\n\s*/g, " ")
