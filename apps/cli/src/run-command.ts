import { TaggedError } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { type Console, processConsole } from "./console.ts"
import { type ExitCode, exitCodes, ExitWith } from "./exit-codes.ts"

/** What a command's body gets besides its flags. */
export interface CommandContext {
  readonly console: Console
  /** Aborted by the first Ctrl+C; a second one ends the process at once. */
  readonly signal: AbortSignal
}

/** Carries whatever a command threw through Effect's typed channel. */
export class CommandFailed extends TaggedError<"CommandFailed"> {
  readonly _tag = "CommandFailed"
  readonly thrown: unknown

  constructor(thrown: unknown) {
    super(thrown instanceof Error ? thrown.message : String(thrown))
    this.thrown = thrown
  }
}

/** What a command does. Resolves to nothing, or to a code other than 0. */
export type Body<Flags> = (flags: Flags, context: CommandContext) => Promise<ExitCode | void>

/** The handler of a command whose body is loaded when it runs, so that the others do not pay for it. */
export const handler =
  <Flags>(load: () => Promise<{ readonly run: Body<Flags> }>) =>
  (flags: Flags): Effect.Effect<void, CommandFailed> =>
    Effect.tryPromise({
      try: async () => {
        const { run } = await load()
        const code = await withInterrupt((signal) => run(flags, { console: processConsole(), signal }))
        if (code !== undefined && code !== exitCodes.done) throw new ExitWith(code)
      },
      catch: (error) => new CommandFailed(error),
    })

/** What the caller wrote cannot be carried out; nothing was done. */
const usageErrors = new Set([
  "InvalidInput",
  "ConfigurationError",
  "UnknownMarket",
  "OutsideCalendar",
  "InvalidCalendarAdditions",
])

/** The exit code of whatever ended a command. */
export const exitCodeOf = (error: unknown): ExitCode => {
  if (error instanceof ExitWith) return error.code
  const tag = error instanceof TaggedError ? (error as { readonly _tag?: string })._tag : undefined
  return tag !== undefined && usageErrors.has(tag) ? exitCodes.usage : exitCodes.failure
}

/** One line for people about whatever ended a command. */
export const errorLine = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  return message.replaceAll(/\s*\n\s*/g, " ")
}

const withInterrupt = async <A>(body: (signal: AbortSignal) => Promise<A>): Promise<A> => {
  const controller = new AbortController()
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143)
    controller.abort(new ExitWith(exitCodes.partial))
  }
  process.on("SIGINT", interrupt)
  process.on("SIGTERM", interrupt)
  try {
    return await body(controller.signal)
  } finally {
    process.off("SIGINT", interrupt)
    process.off("SIGTERM", interrupt)
  }
}
