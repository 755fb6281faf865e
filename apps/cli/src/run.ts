import * as Cause from "effect/Cause"
import * as CliConfig from "effect/cli/CliConfig"
import * as CliError from "effect/cli/CliError"
import * as Command from "effect/cli/Command"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import pkg from "../package.json" with { type: "json" }
import { app } from "./app.ts"
import { paintFor, usesColour } from "./colour.ts"
import { type ExitCode, exitCodes, ExitWith } from "./exit-codes.ts"
import { ProcessHandles } from "./process-handles.ts"
import { processServices } from "./process-services.ts"
import { presenterLayer } from "./presenter.ts"
import { CommandFailed, errorLine, exitCodeOf } from "./run-command.ts"

/** Runs one command line, the words after `barkeep`; resolves to the code to exit with. Never rejects. */
export const runBarkeep = async (handles: ProcessHandles): Promise<ExitCode> => {
  const { args, stderr, environment } = handles
  const exit = await Command.runWith(app, { version: pkg.version })(spelledOut(args)).pipe(
    Effect.provide(
      Layer.mergeAll(
        processServices,
        presenterLayer,
        CliConfig.layer({ builtIns: [GlobalFlag.Help, GlobalFlag.Version] }),
        Layer.succeed(ProcessHandles, handles),
      ),
    ),
    Effect.runPromiseExit,
  )
  if (Exit.isSuccess(exit)) return exitCodes.done
  const squashed = Cause.squash(exit.cause)
  const error = squashed instanceof CommandFailed ? squashed.thrown : squashed
  if (CliError.isCliError(error) && error._tag === "ShowHelp")
    return error.errors.length > 0 || args.length === 0 ? exitCodes.usage : exitCodes.done
  if (!(error instanceof ExitWith)) {
    const { red } = paintFor(usesColour({ isTerminal: stderr.isTTY === true, args, environment }))
    stderr.write(`${red("barkeep:")} ${errorLine(error)}\n`)
  }
  return exitCodeOf(error)
}

/**
 * `barkeep help populate` is what many try first. Help for a command that does not exist would be the help of all; this way
 * the mistake is named.
 */
const spelledOut = (args: ReadonlyArray<string>): ReadonlyArray<string> => {
  const [first, ...rest] = args[0] === "help" ? [...args.slice(1), "--help"] : args
  if (first === undefined || first.startsWith("-") || commandNames.has(first))
    return first === undefined ? [] : [first, ...rest]
  return [first]
}

const commandNames: ReadonlySet<string> = new Set(
  app.subcommands.flatMap(({ commands }) => commands.map(({ name }) => name)),
)
