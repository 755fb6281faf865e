import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import pkg from "../package.json" with { type: "json" }
import { app } from "./app.ts"
import { processConsole } from "./console.ts"
import { exitCodes, ExitWith } from "./exit-codes.ts"
import { presenterLayer } from "./presenter.ts"
import { processServices } from "./process-services.ts"
import { CommandFailed, errorLine, exitCodeOf } from "./run-command.ts"

const exit = await Command.runWith(app, { version: pkg.version })(process.argv.slice(2)).pipe(
  Effect.provide(Layer.mergeAll(processServices, presenterLayer)),
  Effect.runPromiseExit,
)

if (Exit.isFailure(exit)) {
  const squashed = Cause.squash(exit.cause)
  const error = squashed instanceof CommandFailed ? squashed.thrown : squashed
  if (CliError.isCliError(error) && error._tag === "ShowHelp")
    process.exitCode = error.errors.length > 0 || process.argv.length === 2 ? exitCodes.usage : exitCodes.done
  else {
    if (!(error instanceof ExitWith)) processConsole().note(`barkeep: ${errorLine(error)}`)
    process.exitCode = exitCodeOf(error)
  }
}
