import { once } from "node:events"

/** The two streams of the process, as the commands use them. */
export interface Console {
  /** Writes a result to stdout; resolves when the reader keeps up. */
  readonly write: (text: string) => Promise<void>
  /** Writes a line for people to stderr. */
  readonly note: (line: string) => void
  /** Shows a line that replaces the one shown before it; only for a terminal. */
  readonly status: (line: string) => void
  readonly isTerminal: boolean
  readonly columns: number
}

/** stdout for results, stderr for everything else. A reader that goes away (`| head`) ends the process quietly. */
export const processConsole = (): Console => {
  const { stdout, stderr } = process
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0)
    throw error
  })
  let shown = false
  const clear = (): void => {
    if (shown) stderr.write("\r\u001b[2K")
    shown = false
  }
  return {
    isTerminal: stderr.isTTY,
    columns: stderr.isTTY ? stderr.columns : 80,
    write: async (text) => {
      clear()
      if (!stdout.write(text)) await once(stdout, "drain")
    },
    note: (line) => {
      clear()
      stderr.write(`${line}\n`)
    },
    status: (line) => {
      clear()
      stderr.write(line)
      shown = true
    },
  }
}
