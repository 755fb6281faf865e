import type { InvalidValue, NonShowHelpErrors } from "effect/cli/CliError"

/** One line about what is wrong with a command line, and what was probably meant. */
export const invocationErrorLine = (error: NonShowHelpErrors): string => {
  switch (error._tag) {
    case "UnknownSubcommand":
      return `there is no command ${error.subcommand}${meant(error.suggestions)}`
    case "UnrecognizedOption":
      return `there is no flag ${error.option}${meant(error.suggestions)}`
    case "MissingOption":
      return `--${error.option} is missing`
    case "MissingArgument":
      return `the argument ${error.argument} is missing`
    case "InvalidValue":
      return invalidValueLine(error)
    case "UnexpectedArgument":
      return `there is no place for ${error.arguments.map((word) => JSON.stringify(word)).join(", ")}`
    case "DuplicateOption":
    case "UserError":
    case "ValidationError":
      return error.message.replaceAll(/\s*\n\s*/g, " ").trim()
  }
}

const meant = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : `. Did you mean ${suggestions.join(" or ")}?`

const invalidValueLine = ({ kind, option, value, expected }: InvalidValue): string => {
  const name = kind === "flag" ? `--${option}` : option
  const times = /^(\d+) occurrences$/.exec(value)?.[1]
  if (times !== undefined) return `${name} is given ${times} times`
  const wanted = expectedText(expected)
  return value === ""
    ? `${name} needs a value: ${wanted}`
    : `${name}: ${JSON.stringify(value)} is not ${wanted}`
}

/** `effect/cli` says it as a schema does. */
const expectedText = (text: string): string => {
  const expected = text.replace(/^Expected:?\s*/i, "")
  const choices = [...expected.matchAll(/"([^"]*)"/g)].map(([, choice]) => choice)
  if (/^"[^"]*"(?: \| "[^"]*")+$/.test(expected)) return `one of ${choices.join(", ")}`
  return expected.replace(/^a string representing a(?: finite)? (?=number|integer)/, "a ")
}
