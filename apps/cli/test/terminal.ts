import { execFileSync } from "node:child_process"
import { setTimeout as sleep } from "node:timers/promises"
import { onTestFinished } from "vitest"

const tmux = (...args: ReadonlyArray<string>): string =>
  execFileSync("tmux", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

/** Whether this machine has a terminal to run commands in. */
export const hasTmux = ((): boolean => {
  try {
    return tmux("-V").startsWith("tmux")
  } catch {
    return false
  }
})()

/** A real terminal of 100 columns and 30 rows in which a command line runs. */
export interface Terminal {
  /** The lines on the screen, without empty ones at the end; with `colours` as they were written. */
  readonly screen: (colours?: "colours") => ReadonlyArray<string>
  /** Waits until the screen satisfies a condition; fails with what it shows when that does not come. */
  readonly until: (condition: (lines: ReadonlyArray<string>) => boolean) => Promise<ReadonlyArray<string>>
  readonly press: (...keys: ReadonlyArray<string>) => void
}

let count = 0

/** Starts a shell command in a terminal of its own, which is gone after the test. The shell outlives Ctrl+C. */
export const openTerminal = (command: string, environment: Readonly<Record<string, string>>): Terminal => {
  count += 1
  const server = `barkeep-${process.pid}-${count}`
  const on = (...args: ReadonlyArray<string>): string => tmux("-L", server, "-f", "/dev/null", ...args)
  const settings = Object.entries({ ...environment, NO_COLOR: environment["NO_COLOR"] ?? "" })
  on(
    ...["new-session", "-d", "-s", "test", "-x", "100", "-y", "30"],
    ...settings.flatMap(([name, value]) => ["-e", `${name}=${value}`]),
    ...["sh", "-c", `trap : INT; ${command}; echo "ended with $?"; sleep 600`],
  )
  onTestFinished(() => void on("kill-server"))
  const screen: Terminal["screen"] = (colours) =>
    on("capture-pane", "-p", "-t", "test", ...(colours === undefined ? [] : ["-e"]))
      .trimEnd()
      .split("\n")
  return {
    screen,
    press: (...keys) => void on("send-keys", "-t", "test", ...keys),
    until: async (condition) => {
      // Far longer than it takes: a slow machine must not fail the test.
      for (let round = 0; round < 900; round += 1) {
        const lines = screen()
        if (condition(lines)) return lines
        await sleep(80)
      }
      throw new Error(`the terminal shows\n${screen().join("\n")}`)
    },
  }
}
