import { systemClock } from "@barkeep/provider-kit"
import * as Context from "effect/Context"
import type { Output } from "./console.ts"

/** What of the process a run uses, so that a test can run commands inside its own. */
export interface ProcessHandles {
  readonly stdout: Output
  readonly stderr: Output
  /** The words after `barkeep`. */
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Epoch milliseconds. */
  readonly now: () => number
}

export const processHandles = (): ProcessHandles => ({
  stdout: process.stdout,
  stderr: process.stderr,
  args: process.argv.slice(2),
  environment: process.env,
  now: systemClock.now,
})

/** The service that carries them to the handlers and to the presenter. */
export const ProcessHandles = Context.Reference<ProcessHandles>("barkeep/ProcessHandles", {
  defaultValue: processHandles,
})
