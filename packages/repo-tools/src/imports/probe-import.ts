import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { join } from "node:path"
import { plainEnvironment } from "../proof/run-program.ts"

/** What importing a module did, and what it cost. */
export interface ImportFindings {
  readonly cpuMillis: number
  /** Writes, sockets, processes, workers that the module tried. */
  readonly refused: ReadonlyArray<string>
  /** Environment variables read, each with the place that read it; Node's own reads are left out. */
  readonly environment: ReadonlyArray<string>
  /** Names added to the global object; Node's own, lazily made ones are left out. */
  readonly globals: ReadonlyArray<string>
  /** Timers, sockets, handles that keep the process alive. */
  readonly open: ReadonlyArray<string>
}

/** Imports the module at a URL in a fresh Node that may read files and nothing else. */
export const probeImport = async (url: string): Promise<ImportFindings> => {
  const flags = [
    "--permission",
    "--allow-fs-read=*",
    "--no-warnings",
    join(import.meta.dirname, "import-probe.ts"),
    url,
  ]
  const { stdout } = await promisify(execFile)(process.execPath, flags, {
    env: plainEnvironment(),
    timeout: 60_000,
  })
  const found = JSON.parse(stdout) as ImportFindings
  return {
    ...found,
    environment: found.environment.filter((one) => !one.includes("node:internal")),
    globals: found.globals.filter((name) => !name.startsWith("Symbol(undici.")),
  }
}

/** CPU time that a Node takes which runs nothing. */
export const bareStartMillis = async (): Promise<number> => {
  const program = "const { user, system } = process.cpuUsage(); console.log((user + system) / 1000)"
  const { stdout } = await promisify(execFile)(process.execPath, ["--eval", program], {
    env: plainEnvironment(),
  })
  return Number(stdout)
}

/** What a README says of its import: its CPU time, and that of a bare Node on the same machine. */
export interface StatedImportTime {
  readonly millis: number
  readonly bareMillis: number
}

/** Reads `Importing takes about 60 ms of CPU time where a bare Node starts in 30`; `undefined` when it is not there. */
export const statedImportTime = (readme: string): StatedImportTime | undefined => {
  const [, millis, bareMillis] =
    /Importing takes about (\d+) ms of CPU time\s+where a bare Node starts in (\d+)/.exec(readme) ?? []
  return millis === undefined ? undefined : { millis: Number(millis), bareMillis: Number(bareMillis) }
}
