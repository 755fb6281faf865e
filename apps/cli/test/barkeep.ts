import { type ChildProcess, spawn } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { onTestFinished } from "vitest"

export const cliBin = join(import.meta.dirname, "../bin/barkeep.mjs")

/** Real market data; where it is absent the tests that need it are skipped. */
export const sharedData =
  process.env["BARKEEP_SHARED_DATA"] ?? join(import.meta.dirname, "../../../../shared/data")
export const hasSharedData = existsSync(join(sharedData, "ohlcv/crypto"))

/** What a finished process left. */
export interface Finished {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts the built command. Only what is given reaches its environment, so that the user's settings do not. */
export const startBarkeep = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly finished: Promise<Finished> } => {
  const home = temporaryFolder()
  const child = spawn(process.execPath, [cliBin, ...args], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  })
  const { promise, resolve, reject } = Promise.withResolvers<Finished>()
  const output = { stdout: "", stderr: "" }
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text))
  child.on("error", reject)
  child.on("close", (code, signal) => resolve({ code, signal, ...output }))
  return { child, finished: promise }
}

export const barkeep = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
): Promise<Finished> => startBarkeep(args, environment).finished

/** A folder that is gone when the test is. */
export const temporaryFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-test-"))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
