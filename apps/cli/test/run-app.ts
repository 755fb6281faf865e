import { Writable } from "node:stream"
import { systemClock } from "@barkeep/provider-kit"
import type { Output } from "../src/console.ts"
import { runBarkeep } from "../src/run.ts"
import { settingNames, settings } from "../src/settings.ts"

/** What a run inside the test's own process left. */
export interface RunResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A stream that keeps what is written to it. */
export const capture = (terminal?: {
  readonly columns: number
}): Output & { readonly text: () => string } => {
  const chunks: Array<string> = []
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      chunks.push(chunk)
      done()
    },
  })
  return Object.assign(stream, {
    text: () => chunks.join(""),
    ...(terminal === undefined ? {} : { isTTY: true, columns: terminal.columns }),
  })
}

/** What `vi.stubEnv` may have set; whether the test's own process likes colours is its own affair. */
const stubbedSettings = (): NodeJS.Dict<string> =>
  Object.fromEntries(
    [...settingNames.map((name) => settings[name].variable), "XDG_DATA_HOME", "XDG_STATE_HOME"].map(
      (name) => [name, process.env[name]],
    ),
  )

/** Runs a command line as the program does, with other streams; settings come from the test's own environment. */
export const runApp = async (
  args: ReadonlyArray<string>,
  options: {
    readonly terminal?: { readonly columns: number }
    readonly environment?: Readonly<Record<string, string>>
    readonly now?: () => number
  } = {},
): Promise<RunResult> => {
  const stdout = capture(options.terminal)
  const stderr = capture(options.terminal)
  const code = await runBarkeep({
    stdout,
    stderr,
    args,
    environment: { ...stubbedSettings(), ...options.environment },
    now: options.now ?? systemClock.now,
  })
  return { code, stdout: stdout.text(), stderr: stderr.text() }
}

/** The result of a run that has to succeed without a word on stderr, for what a test builds on. */
export const runWell = async (...run: Parameters<typeof runApp>): Promise<RunResult> => {
  const result = await runApp(...run)
  if (result.code !== 0 || result.stderr !== "")
    throw new Error(`barkeep ${run[0].join(" ")} ended with ${result.code}: ${result.stderr}`)
  return result
}
