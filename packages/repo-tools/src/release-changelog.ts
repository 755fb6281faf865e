// The lines of every CHANGELOG.md, in the form that changesets asks for: what changed, in the words of the changeset,
// and which other packages came with it. Loaded by `.changeset/config.json`.

interface Summary {
  readonly summary: string
}
interface Updated {
  readonly name: string
  readonly newVersion: string
}

const getReleaseLine = ({ summary }: Summary): string => {
  const [first = "", ...others] = summary.trim().split("\n")
  return [`- ${first}`, ...others.map((line) => (line.trim() === "" ? "" : `  ${line.trimEnd()}`))].join("\n")
}

const getDependencyReleaseLine = (_changesets: unknown, updated: ReadonlyArray<Updated>): string =>
  updated.length === 0
    ? ""
    : `- Needs ${updated
        .map(({ name, newVersion }) => `\`${name}\` ${newVersion}`)
        .toSorted()
        .join(", ")}.`

export default { getReleaseLine, getDependencyReleaseLine }
