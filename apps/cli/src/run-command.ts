import { type EpochMillis, TaggedError } from "@barkeep/market-data"
import * as Effect from "effect/Effect"
import { commandLineOf } from "./command-line.ts"
import { type Configuration, loadConfiguration, processSources, type SettingFlags } from "./configuration.ts"
import { type Console, makeConsole } from "./console.ts"
import { errorDocument, type NoResult } from "./error-document.ts"
import { type ExitCode, exitCodes, ExitWith } from "./exit-codes.ts"
import { logLevel, noColor, quiet } from "./global-flags.ts"
import { defaultLogLevel, type Log, type LogLevel, makeLog } from "./log.ts"
import { ProcessHandles } from "./process-handles.ts"
import { isSecret, settingNames } from "./settings.ts"

/** What a command's body gets besides its flags. */
export interface CommandContext {
  readonly console: Console
  /** Aborted by the first Ctrl+C; a second one ends the process at once. */
  readonly signal: AbortSignal
  /** Epoch milliseconds. */
  readonly now: () => EpochMillis
  /** The settings in force. @throws {ConfigurationError} */
  readonly configure: (flags?: SettingFlags) => Configuration
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

export interface HandlerOptions {
  /** What to tell whoever pressed Ctrl+C, before the command line to go on with. */
  readonly interrupted?: string
}

/** The handler of a command whose body is loaded when it runs, so that the others do not pay for it. */
export const handler = <Flags>(
  load: () => Promise<{ readonly run: Body<Flags> }>,
  options: HandlerOptions = {},
) =>
  Effect.fnUntraced(function* (flags: Flags) {
    const isQuiet = yield* quiet
    yield* noColor
    const flagLevel = yield* logLevel
    const handles = yield* ProcessHandles
    const { stdout, stderr, args, environment, now } = handles
    const configure = (settings?: SettingFlags): Configuration =>
      loadConfiguration(settings, processSources(environment))
    const configuration = readConfiguration(() => configure({ logLevel: flagLevel }))
    const level = (configuration?.logLevel as LogLevel | undefined) ?? defaultLogLevel
    const log = configuration === undefined ? noLog : logOf(configuration, level, args, now, stderr)
    const console = makeConsole({ stdout, stderr, args, environment, level, isQuiet, log, now })
    yield* Effect.tryPromise({
      try: async () => {
        const started = now()
        let code: ExitCode = exitCodes.done
        log.add({ level: "debug", message: "settings", from: configuration?.origins })
        try {
          const { run } = await load()
          code =
            (await withInterrupt(console, (signal) => run(flags, { console, signal, now, configure }))) ??
            exitCodes.done
        } catch (error) {
          code = exitCodeOf(error)
          console.clearStatus()
          if (isInterrupt(error) && options.interrupted !== undefined)
            console.note(`${options.interrupted} Go on with:\n  ${commandLineOf(["barkeep", ...args])}`)
          if (code === exitCodes.failure) log.add({ level: "error", message: errorLine(error) })
          if (isJson(flags) && !console.hasWritten)
            await console.write(errorDocument(noResultOf(error, code)))
          throw error
        } finally {
          console.clearStatus()
          await log.close({ level: "info", message: "ended", code, millis: now() - started })
        }
        if (code !== exitCodes.done) throw new ExitWith(code)
      },
      catch: (error) => new CommandFailed(error),
    })
  })

const isJson = (flags: unknown): boolean =>
  typeof flags === "object" && flags !== null && "json" in flags && flags.json === true

const noResultOf = (error: unknown, code: ExitCode): NoResult =>
  isInterrupt(error)
    ? { code, kind: "Interrupted", message: "interrupted" }
    : { code, kind: (error as { readonly _tag?: string })._tag ?? "Error", message: errorLine(error) }

const noLog: Log = { add: () => {}, close: async () => {} }

/** A configuration that cannot be read is the affair of the command that needs it, if it does. */
const readConfiguration = (read: () => Configuration): Configuration | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

const logOf = (
  configuration: Configuration,
  level: LogLevel,
  args: ReadonlyArray<string>,
  now: () => number,
  stderr: { readonly write: (text: string) => unknown },
): Log =>
  makeLog({
    level,
    now,
    first: { level: "info", message: `runs ${commandLineOf(args)}` },
    open: async () => {
      const { openLogFile } = await import("./log-file.ts")
      return openLogFile({
        stateDir: configuration.stateDir,
        secrets: settingNames.filter(isSecret).flatMap((name) => configuration[name] ?? []),
        run: { pid: process.pid, command: args[0] ?? "" },
      })
    },
    onFailure: (error) => stderr.write(`barkeep: cannot write the log file: ${errorLine(error)}\n`),
  })

/** What the caller wrote cannot be carried out; nothing was done. */
const usageErrors = new Set([
  "InvalidInput",
  "ConfigurationError",
  "UnknownMarket",
  "OutsideCalendar",
  "InvalidCalendarAdditions",
  "StaleReport",
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

/** Ends a command that Ctrl+C interrupted. */
class Interrupted extends ExitWith {
  constructor() {
    super(exitCodes.partial)
  }
}

const isInterrupt = (error: unknown): boolean => error instanceof Interrupted

const withInterrupt = async <A>(console: Console, body: (signal: AbortSignal) => Promise<A>): Promise<A> => {
  const controller = new AbortController()
  // The shell's convention for a process that a signal ended.
  const interrupt = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) process.exit(signal === "SIGINT" ? 130 : 143)
    console.tell("Stopping; what is under way is finished first. Once more ends at once.")
    controller.abort(new Interrupted())
  }
  process.on("SIGINT", interrupt)
  process.on("SIGTERM", interrupt)
  try {
    return await body(controller.signal)
  } catch (error) {
    throw controller.signal.aborted && isOfAbort(error, controller.signal.reason)
      ? controller.signal.reason
      : error
  } finally {
    process.off("SIGINT", interrupt)
    process.off("SIGTERM", interrupt)
  }
}

/** Whether an error comes of the abort, however the layers between have wrapped it. */
const isOfAbort = (error: unknown, reason: unknown): boolean => {
  for (let each = error; each instanceof Error; each = each.cause)
    if (each === reason || each.name === "AbortError" || each.name === "InterruptedError") return true
  return false
}
