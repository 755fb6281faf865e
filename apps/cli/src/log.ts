/** From the most talkative to the quietest. */
export const logLevels = ["debug", "info", "warn", "error", "none"] as const

export type LogLevel = (typeof logLevels)[number]

/** How much a line matters. */
export type LineLevel = Exclude<LogLevel, "none">

/** Whether a line of this level is kept by a log of that level. */
export const isKept = (line: LineLevel, level: LogLevel): boolean =>
  logLevels.indexOf(line) >= logLevels.indexOf(level)

export const defaultLogLevel: LogLevel = "info"

/** One line of the log file. */
export interface LogLine {
  readonly level: LineLevel
  readonly message: string
  readonly [field: string]: unknown
}

/** Keeps the lines of one run for the log file. */
export interface Log {
  readonly add: (line: LogLine) => void
  /** Writes what is not written yet, this line too unless the run had nothing else to report, and lets go of the file. */
  readonly close: (last?: LogLine) => Promise<void>
}

/** What the lines are written to. */
export interface LogFile {
  readonly append: (lines: ReadonlyArray<LogLine & { readonly time: number }>) => Promise<void>
  readonly close: () => Promise<void>
}

const flushMillis = 2000

/**
 * A log whose file is opened by the first line that belongs into it: a command that has nothing to report does not touch it.
 * What goes wrong with the file is told once and does not end the command.
 */
export const makeLog = (options: {
  readonly level: LogLevel
  /** What stands before the first line of the run. */
  readonly first: LogLine
  readonly now: () => number
  readonly open: () => Promise<LogFile>
  readonly onFailure: (error: unknown) => void
}): Log => {
  let lines: Array<LogLine & { readonly time: number }> = []
  let file: Promise<LogFile> | undefined
  let written: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let isBroken = false
  const write = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const batch = lines
    lines = []
    if (batch.length === 0 || isBroken) return
    try {
      file ??= options.open()
      await (await file).append(batch)
    } catch (error) {
      isBroken = true
      options.onFailure(error)
    }
  }
  let first: LogLine | undefined = options.first
  const add = (line: LogLine): void => {
    if (first !== undefined) lines.push({ time: options.now(), ...first })
    first = undefined
    lines.push({ time: options.now(), ...line })
  }
  return {
    add: (line) => {
      if (!isKept(line.level, options.level)) return
      add(line)
      timer ??= setTimeout(() => {
        written = written.then(write)
      }, flushMillis).unref()
    },
    close: async (last) => {
      if (last !== undefined && first === undefined) add(last)
      written = written.then(write)
      await written
      if (!isBroken) await (await file)?.close()
    },
  }
}
