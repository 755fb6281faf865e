import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { onTestFinished } from "vitest"

/** A running `writer-process.ts`. */
export interface Child {
  /** Resolves with the next line it prints; rejects when it ends first. */
  readonly nextLine: () => Promise<string>
  /** Resolves with its exit code when it has ended. */
  readonly ended: Promise<number | null>
  readonly kill: (signal: "SIGKILL" | "SIGSTOP" | "SIGCONT") => void
}

/** Starts `writer-process.ts`; it is killed when the test has ended. */
export const startWriter = (...parameters: ReadonlyArray<string>): Child => {
  const script = fileURLToPath(new URL("writer-process.ts", import.meta.url))
  const child = spawn(process.execPath, ["--conditions=@barkeep/source", script, ...parameters], {
    stdio: ["ignore", "pipe", "inherit"],
  })
  onTestFinished(() => void child.kill("SIGKILL"))
  const ended = new Promise<number | null>((resolve) => void child.on("close", resolve))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    nextLine: async () => {
      const line = await lines.next()
      if (line.done === true) throw new Error("the process ended without printing a line")
      return line.value
    },
    ended,
    kill: (signal) => void child.kill(signal),
  }
}
