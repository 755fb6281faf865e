import * as CliOutput from "effect/cli/CliOutput"
import * as Effect from "effect/Effect"
import { paintFor, usesColour } from "./colour.ts"
import { formatHelp } from "./help.ts"
import { invocationErrorLine } from "./invocation-error.ts"
import { ProcessHandles } from "./process-handles.ts"

/** Help and version on stdout; a wrong command line as one line per error on stderr, without pages of help around it. */
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
          for (const error of event.errors) stderr.write(`${red("barkeep:")} ${invocationErrorLine(error)}\n`)
          stderr.write(`See ${event.commandPath.join(" ")} --help\n`)
        }
      }
    }),
})
