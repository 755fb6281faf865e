import type { FlagDoc, HelpDoc } from "effect/cli/HelpDoc"
import * as Option from "effect/Option"
import type { Paint } from "./colour.ts"
import { exitCodeMeanings } from "./exit-codes.ts"
import { settingNames, settings } from "./settings.ts"
import { wrapped } from "./wrapped.ts"

/** How the page is set. */
export interface HelpStyle {
  readonly paint: Paint
  /** Width of the page. */
  readonly columns: number
}

/** A section: its heading and its lines, a name beside what it means or a line by itself. */
interface Section {
  readonly heading: string
  readonly rows: ReadonlyArray<readonly [name: string, meaning: string] | string>
}

/** The page of `--help`: what it does, how it is called, examples, flags, environment, exit codes. Ends with a line feed. */
export const formatHelp = (doc: HelpDoc, style: HelpStyle): string => {
  const { paint, columns } = style
  const isRoot = (doc.commandPath?.length ?? 1) <= 1
  const sections = [
    { heading: "USAGE", rows: [`  ${doc.usage}`] },
    ...(doc.subcommands ?? []).map(({ group, commands }) => ({
      heading: group?.toUpperCase() ?? "COMMANDS",
      rows: commands.map(
        ({ name, description, shortDescription }) => [name, shortDescription ?? description] as const,
      ),
    })),
    { heading: "EXAMPLES", rows: exampleRows(doc, paint) },
    {
      heading: "ARGUMENTS",
      rows: (doc.args ?? []).map(
        ({ name, description, required, variadic }) =>
          [
            `${name}${variadic ? "..." : ""}`,
            `${Option.getOrElse(description, () => "")}${required ? "" : " (optional)"}`,
          ] as const,
      ),
    },
    { heading: "FLAGS", rows: doc.flags.map(flagRow) },
    { heading: "EVERYWHERE", rows: (doc.globalFlags ?? []).map(flagRow) },
    { heading: "ENVIRONMENT", rows: environmentRows(doc, isRoot) },
    {
      heading: "EXIT CODES",
      rows: isRoot ? exitCodeMeanings.map(([code, text]) => [`${code}`, text] as const) : [],
    },
  ].filter(({ rows }) => rows.length > 0)
  const head = wrapped(doc.description, columns, 0)
  const notes = isRoot
    ? "Settings can also stand in .env and barkeep.config.json of the working folder; `barkeep config` shows each and where it comes from."
    : "Exit codes and all settings: barkeep --help"
  return [head, ...sections.map((section) => formatSection(section, style)), wrapped(notes, columns, 0)]
    .map((part) => `${part}\n`)
    .join("\n")
}

const exampleRows = ({ examples = [] }: HelpDoc, { cyan, dim }: Paint): ReadonlyArray<string> =>
  examples.flatMap(({ command, description }) => [
    ...(description === undefined ? [] : [`  ${dim(`# ${description}`)}`]),
    `  ${cyan(command)}`,
  ])

const flagRow = ({ name, aliases, type, description, required }: FlagDoc): readonly [string, string] => [
  `${[`--${name}`, ...aliases].join(", ")}${type === "boolean" ? "" : ` ${type}`}`,
  `${Option.getOrElse(description, () => "")}${required ? " (required)" : ""}`,
]

/** At the root every variable; for a command those that it reads. */
const environmentRows = (doc: HelpDoc, isRoot: boolean): ReadonlyArray<readonly [string, string]> => {
  const hasFlag = (name: string): boolean => doc.flags.some((flag) => flag.name === name)
  const asksVendors = vendorCommands.has(doc.commandPath?.at(-1) ?? "")
  return settingNames
    .filter((name) => {
      if (isRoot) return true
      if (name === "cacheDir") return hasFlag("cache-dir")
      return asksVendors && (name === "stateDir" || "forVendors" in settings[name])
    })
    .map((name) => [settings[name].variable, settings[name].meaning] as const)
}

/** Commands that ask vendors, and so read their keys, tiers and addresses. */
const vendorCommands = new Set(["populate", "fill-gaps", "doctor"])

const formatSection = ({ heading, rows }: Section, { paint, columns }: HelpStyle): string => {
  const pairs = rows.filter((row) => typeof row !== "string")
  const width = Math.min(32, Math.max(0, ...pairs.map(([name]) => name.length)))
  const lines = rows.map((row) => {
    if (typeof row === "string") return row
    const [name, meaning] = row
    const start = `  ${paint.green(name)}${" ".repeat(Math.max(0, width - name.length))}  `
    const hanging = width + 4
    // A name that is too long for its column has a line of its own.
    return name.length > width
      ? `  ${paint.green(name)}\n${" ".repeat(hanging)}${wrapped(meaning, columns, hanging)}`
      : `${start}${wrapped(meaning, columns, hanging)}`
  })
  return [paint.bold(heading), ...lines].join("\n")
}
