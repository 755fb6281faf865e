import type { NonShowHelpErrors } from "effect/cli/CliError"

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
      if (/^\d+ occurrences$/.test(error.value))
        return `--${error.option} is given ${error.value.replace("occurrences", "times")}`
      return `${error.kind === "flag" ? `--${error.option}` : error.option}: ${JSON.stringify(error.value)} is not ${error.expected.replace(/^Expected:?\s*/i, "")}`
    case "DuplicateOption":
    case "UnexpectedArgument":
    case "UserError":
    case "ValidationError":
      return error.message.replaceAll(/\s*\n\s*/g, " ").trim()
  }
}

const meant = (suggestions: ReadonlyArray<string>): string =>
  suggestions.length === 0 ? "" : `. Did you mean ${suggestions.join(" or ")}?`
