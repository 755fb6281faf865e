import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import { paintFor, usesColour } from "./colour.ts"
import { errorDocument } from "./error-document.ts"
import { exitCodes } from "./exit-codes.ts"
import { formatHelp } from "./help.ts"
import { invocationErrorLine } from "./invocation-error.ts"
import { ProcessHandles } from "./process-handles.ts"

/**
 * Help and version on stdout; a wrong command line as one line per error on stderr, without pages of help around it, and
 * with `--json` as a document on stdout too.
 */
export const presenterLayer = CliOutput.layerPresenter({
  present: (event) =>
    Effect.map(ProcessHandles, ({ stdout, stderr, args, environment }) => {
      switch (event._tag) {
        case "Help": {
          const isTerminal = stdout.isTTY === true
          const paint = paintFor(usesColour({ isTerminal, args, environment }))
          const columns = isTerminal ? (stdout.columns ?? 80) : 100
          return void stdout.write(formatHelp(event.helpDoc, { paint, columns }))
        }
        case "Version":
          return void stdout.write(`${event.name} ${event.version}\n`)
        case "InvalidInvocation": {
          const { red } = paintFor(usesColour({ isTerminal: stderr.isTTY === true, args, environment }))
          const lines = event.errors.map(invocationErrorLine)
          for (const line of lines) stderr.write(`${red("barkeep:")} ${line}\n`)
          stderr.write(`See ${event.commandPath.join(" ")} --help\n`)
          if (asksForJson(args))
            stdout.write(
              errorDocument({ code: exitCodes.usage, kind: "UsageError", message: lines.join("; ") }),
            )
        }
      }
    }),
})

/** A command line that cannot be read has no flags yet, only words. */
const asksForJson = (args: ReadonlyArray<string>): boolean => {
  const end = args.indexOf("--")
  return args
    .slice(0, end < 0 ? args.length : end)
    .some((word) => word === "--json" || word === "--json=true")
}
