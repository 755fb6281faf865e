import { mkdirSync } from "node:fs"
import { isoTime } from "@barkeep/market-data"
import { createRedactor } from "@barkeep/provider-kit"
import { createStream } from "rotating-file-stream"
import type { LogFile } from "./log.ts"

/** The file's name inside the state folder. */
const logFileName = "barkeep.log"

/**
 * `barkeep.log` of the state folder: a JSON object per line. At 2 MB it becomes `barkeep.log.1`, that one `.2`, and so on;
 * five are kept.
 */
export const openLogFile = async (options: {
  readonly stateDir: string
  readonly secrets: ReadonlyArray<string>
  /** Which run a line belongs to. */
  readonly run: Readonly<Record<string, unknown>>
}): Promise<LogFile> => {
  mkdirSync(options.stateDir, { recursive: true })
  const redactor = createRedactor(options.secrets)
  const stream = createStream(logFileName, {
    path: options.stateDir,
    size: "2M",
    rotate: 5,
    initialRotation: true,
    mode: 0o600,
  })
  const failed = new Promise<never>((_resolve, reject) => stream.on("error", reject))
  // Whoever writes next hears of it.
  failed.catch(() => {})
  return {
    append: (lines) => {
      const text = lines
        .map(({ time, ...line }) =>
          redactor.text(JSON.stringify({ time: isoTime(time), ...line, ...options.run })),
        )
        .join("\n")
      const done = new Promise<void>((resolve, reject) => {
        stream.write(`${text}\n`, (error) => (error ? reject(error) : resolve()))
      })
      return Promise.race([done, failed])
    },
    close: () => {
      const done = new Promise<void>((resolve) => stream.end(resolve))
      return Promise.race([done, failed])
    },
  }
}
