import { once } from "node:events"
import type { Writable } from "node:stream"
import { type Paint, paintFor, usesColour } from "./colour.ts"
import { exitCodes } from "./exit-codes.ts"
import { isKept, type LineLevel, type Log, type LogLevel } from "./log.ts"
import { formatDuration } from "./table.ts"

/** Why nothing moves, and until when. */
export interface Waiting {
  /** `binance asks to slow down`. */
  readonly reason: string
  /** Epoch milliseconds; `undefined` when nobody knows. */
  readonly until: number | undefined
}

/** How the commands talk: results on stdout, everything else on stderr. */
export interface Console {
  /** Writes a result to stdout; resolves when the reader keeps up. */
  readonly write: (text: string) => Promise<void>
  /** Whether anything was written to stdout. */
  readonly hasWritten: boolean
  /** A line that people have to see, on stderr: a problem, or what to do about it. */
  readonly note: (line: string) => void
  /** A line about how it goes, on stderr; not with `--quiet`. */
  readonly tell: (line: string) => void
  /** `tell` without a line in the log file: a run with nothing else to report does not touch that. */
  readonly hint: (line: string) => void
  /** A line for those who look for a fault; shown with `--log-level debug` only. */
  readonly debug: (line: string, fields?: Readonly<Record<string, unknown>>) => void
  /** A line for the log file alone. */
  readonly record: (line: string, fields?: Readonly<Record<string, unknown>>) => void
  /** Shows a line that renews itself, in place of the one shown before it; only for a terminal. */
  readonly status: (line: () => string) => void
  /** Takes the status line away. `write` does so too. */
  readonly clearStatus: () => void
  readonly hasStatus: boolean
  /** Says beside the status line why nothing moves now; `undefined` when it moves again. */
  readonly setWaiting: (waiting: Waiting | undefined) => void
  readonly waiting: Waiting | undefined
  /** Whether stderr is a terminal that may show a status line. */
  readonly isTerminal: boolean
  readonly columns: number
  /** The colours of results, and those of everything else. */
  readonly paint: Paint
  readonly notePaint: Paint
}

/** A stream of the process, or one that stands in for it. */
export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number }

/** What a console talks through. */
export interface ConsoleOptions {
  readonly stdout: Output
  readonly stderr: Output
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly level: LogLevel
  readonly isQuiet: boolean
  readonly log: Log
  readonly now: () => number
}

const renewMillis = 250

const heard = new WeakSet<Output>()

/**
 * What becomes of the process when a stream fails. A reader of results that goes away (`| head`) has seen enough: a quiet end.
 * Without a reader of notes the work goes on. A full disk under the results is a failure like any other.
 */
const hear = (stream: Output, end: (error: NodeJS.ErrnoException) => void): void => {
  if (heard.has(stream)) return
  heard.add(stream)
  stream.on("error", end)
}

export const makeConsole = (options: ConsoleOptions): Console => {
  const { stdout, stderr, args, environment, level, isQuiet, log, now } = options
  hear(stdout, (error) => {
    if (error.code === "EPIPE") process.exit(exitCodes.done)
    stderr.write(`barkeep: cannot write the output: ${error.message}\n`)
    process.exit(exitCodes.failure)
  })
  hear(stderr, () => {})
  const hasTerminal = stderr.isTTY === true
  let line: (() => string) | undefined
  let isShown = false
  let hasWritten = false
  let ticker: NodeJS.Timeout | undefined
  let waiting: Waiting | undefined
  const erase = (): void => {
    if (isShown) stderr.write("\r\u001b[2K")
    isShown = false
  }
  const columns = (): number => (hasTerminal ? (stderr.columns ?? 80) : 80)
  const render = (): void => {
    if (line === undefined) return
    const text = waiting === undefined ? line() : `${line()}  ${waitingText(waiting, now())}`
    stderr.write(`\r${cut(text, columns() - 1)}\u001b[K`)
    isShown = true
  }
  const clearStatus = (): void => {
    clearInterval(ticker)
    ticker = undefined
    line = undefined
    erase()
  }
  const say = (
    at: LineLevel,
    text: string,
    isHidden: boolean,
    fields: Readonly<Record<string, unknown>> = {},
  ): void => {
    log.add({ level: at, message: text, ...fields })
    show(at, text, isHidden)
  }
  const show = (at: LineLevel, text: string, isHidden: boolean): void => {
    if (isHidden || !isKept(at, level)) return
    erase()
    stderr.write(`${text}\n`)
    render()
  }
  return {
    isTerminal: hasTerminal && !isQuiet && level !== "none",
    get columns() {
      return columns()
    },
    paint: paintFor(usesColour({ isTerminal: stdout.isTTY === true, args, environment })),
    notePaint: paintFor(usesColour({ isTerminal: hasTerminal, args, environment })),
    get hasWritten() {
      return hasWritten
    },
    write: async (text) => {
      clearStatus()
      hasWritten = true
      if (!stdout.write(text)) await once(stdout, "drain")
    },
    note: (text) => say("warn", text, false),
    tell: (text) => say("info", text, isQuiet),
    hint: (text) => show("info", text, isQuiet),
    debug: (text, fields) => say("debug", text, isQuiet, fields),
    record: (text, fields) => log.add({ level: "info", message: text, ...fields }),
    status: (next) => {
      line = next
      if (ticker !== undefined) return
      render()
      ticker = setInterval(render, renewMillis).unref()
    },
    clearStatus,
    get hasStatus() {
      return line !== undefined
    },
    get waiting() {
      return waiting
    },
    setWaiting: (next) => {
      waiting = next
      render()
    },
  }
}

/** `waiting 23 s: binance asks to slow down`. */
const waitingText = ({ reason, until }: Waiting, now: number): string =>
  until === undefined
    ? `waiting: ${reason}`
    : `waiting ${formatDuration(Math.max(0, until - now))}: ${reason}`

/** The first `width` characters that show; colour codes do not count. */
export const cut = (text: string, width: number): string => {
  let shown = 0
  let result = ""
  // oxlint-disable-next-line no-control-regex
  for (const part of text.split(/(\u001b\[[0-9;]*m)/)) {
    if (part.startsWith("\u001b[")) result += part
    else {
      result += part.slice(0, Math.max(0, width - shown))
      shown += part.length
    }
  }
  return result
}
