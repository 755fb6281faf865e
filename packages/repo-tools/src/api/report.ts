// An API report: every public entry of a package with its declarations and their docstrings, as Markdown. It is the
// reference that people read, and its difference is the change that a changeset has to tell.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { WorkspacePackage } from "../workspace.ts"
import { withoutDocs } from "./parse-declarations.ts"
import { type Declaration, type EntrySurface, type ReadDeclarations, surfaceOf } from "./reachable.ts"

/** Public entries with types: specifier to the declaration file's path in the package. */
export const typedEntries = ({
  manifest,
}: WorkspacePackage): ReadonlyArray<{ readonly specifier: string; readonly types: string }> =>
  Object.entries(manifest.exports ?? {}).flatMap(([entry, at]) =>
    typeof at === "string" || at["types"] === undefined
      ? []
      : [{ specifier: manifest.name + entry.slice(1), types: at["types"].replace(/^\.\//, "") }],
  )

/** The text of a docstring, without its stars; tags begin a list item each. */
const docText = (statement: string): string => {
  const [, body] = /^\s*\/\*\*([^]*?)\*\//.exec(statement) ?? []
  if (body === undefined) return ""
  const lines = body.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
  const [text = "", ...tags] = lines
    .join("\n")
    .trim()
    .split(/^(?=@\w+)/m)
  const items = tags.map((tag) => {
    const [, name = "", rest = ""] = /^@(\w+)\s*([^]*)$/.exec(tag.trim()) ?? []
    if (name === "example") return `\n\`\`\`ts\n${rest.replace(/^```\w*\n|\n```$/g, "")}\n\`\`\``
    return `- **${name}** ${rest.replaceAll(/\s*\n\s*/g, " ")}`
  })
  return [text.trim(), items.join("\n").trim()].filter((part) => part !== "").join("\n\n")
}

const code = (statement: string): string =>
  withoutDocs(statement)
    .replace(/^export\s+/, "")
    .replace(/^declare\s+/, "")

const section = (name: string, { statements }: Declaration): string => {
  const docs = statements.map(docText).filter((text) => text !== "")
  return [`### ${name}`, ...docs, `\`\`\`ts\n${statements.map(code).join("\n")}\n\`\`\``].join("\n\n")
}

const keyOf = ({ file, name }: Declaration): string => `${file} ${name}`

/** `elsewhere`: declarations that some entry exports; they are shown there. */
const entryText = (
  specifier: string,
  { exports, mentioned }: EntrySurface,
  elsewhere: ReadonlySet<string>,
): string => {
  const hidden = mentioned.filter((declaration) => !elsewhere.has(keyOf(declaration)))
  const own: Array<string> = []
  const passedOn: Array<string> = []
  for (const [name, found] of exports)
    if ("statements" in found) own.push(section(name, found))
    else passedOn.push(`- \`${name}\` of \`${found.module}\``)
  return [
    `## \`${specifier}\``,
    ...own,
    ...(passedOn.length > 0 ? [`### From other packages`, passedOn.join("\n")] : []),
    ...(hidden.length > 0 ? [`### Not exported, but in these signatures`] : []),
    ...hidden.map((declaration) => section(declaration.name, declaration).replace(/^#/, "##")),
  ].join("\n\n")
}

/** Reads declaration files of a built package, by their path in it. */
export const readBuilt =
  (folder: string): ReadDeclarations =>
  (path) =>
    readFileSync(join(folder, path), "utf8")

/** The report's text without its first line; `undefined` for a package without typed entries. */
export const apiReportBody = (one: WorkspacePackage, read: ReadDeclarations): string | undefined => {
  const entries = typedEntries(one).map(({ specifier, types }) => ({
    specifier,
    surface: surfaceOf(types, read),
  }))
  if (entries.length === 0) return undefined
  const exported = new Set(
    entries.flatMap(({ surface }) =>
      [...surface.exports.values()].flatMap((found) => ("statements" in found ? [keyOf(found)] : [])),
    ),
  )
  return [
    `# API of ${one.manifest.name}`,
    "Made from the types and docstrings by `pnpm api`. A change here needs a changeset.",
    ...entries.map(({ specifier, surface }) => entryText(specifier, surface, exported)),
    "",
  ]
    .join("\n\n")
    .trimEnd()
    .concat("\n")
}
