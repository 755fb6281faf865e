import { execFileSync } from "node:child_process"
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { toSvg } from "./terminal-svg.ts"

/**
 * Draws the README's picture: types commands into a real terminal (tmux), where the built command works against the
 * simulator, and writes the screen as SVG. After a build, in apps/cli:
 * `node --conditions=@barkeep/source scripts/terminal-picture.ts [FILE]`
 */
const output = process.argv[2] ?? join(import.meta.dirname, "../terminal.svg")
const columns = 112
const rows = 48
const commands = [
  "barkeep populate --symbols BTCUSDT,AAPL --intervals 1h,1d --start-date 2025-01-01 --end-date 2025-12-31",
  "barkeep validate",
  "barkeep stats",
  "barkeep get AAPL 1h --start-date 2025-03-10 --end-date 2025-03-10 | head -4",
]

const folder = mkdtempSync(join(tmpdir(), "barkeep-picture-"))
const server = `barkeep-picture-${process.pid}`
const tmux = (...args: ReadonlyArray<string>): string =>
  execFileSync("tmux", ["-L", server, "-f", "/dev/null", ...args], { encoding: "utf8" })
const screen = (...args: ReadonlyArray<string>): ReadonlyArray<string> =>
  tmux("capture-pane", "-p", ...args, "-t", "picture")
    .trimEnd()
    .split("\n")

/** Waits for the prompt to come back. */
const prompt = async (): Promise<void> => {
  for (let round = 0; round < 600; round += 1) {
    if (screen().at(-1) === "$") return
    await sleep(100)
  }
  throw new Error(`the terminal shows\n${screen().join("\n")}`)
}

const simulator = await startVendorSimulator({ seed: 2024 })
try {
  symlinkSync(join(import.meta.dirname, "../bin/barkeep.mjs"), join(folder, "barkeep"))
  const environment = {
    ...simulator.urls,
    PATH: [folder, dirname(process.execPath), process.env["PATH"]].join(delimiter),
    HOME: folder,
    PS1: "$ ",
    BARKEEP_CACHE_DIR: "cache",
    BARKEEP_STATE_DIR: join(folder, "state"),
  }
  tmux(
    ...["new-session", "-d", "-s", "picture", "-x", String(columns), "-y", String(rows), "-c", folder],
    ...Object.entries(environment).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
    ...["bash", "--noprofile", "--norc"],
  )
  await prompt()
  for (const command of commands) {
    tmux("send-keys", "-t", "picture", "-l", command)
    tmux("send-keys", "-t", "picture", "Enter")
    await sleep(300)
    await prompt()
  }
  const lines = screen("-e")
    .map((line) => line.replaceAll(folder, "~"))
    .slice(0, -1)
  const svg = toSvg("barkeep in a terminal: populate, validate, stats, get", lines, columns)
  writeFileSync(output, svg)
  process.stdout.write(`${output}: ${lines.length} lines, ${svg.length} bytes\n`)
} finally {
  tmux("kill-server")
  await simulator.close()
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
}
