import * as Completions from "effect/cli/Completions"
import type { Body } from "../run-command.ts"
import type { CompletionsFlags } from "./completions.ts"

/** What `barkeep completions` does. */
export const run: Body<CompletionsFlags> = async ({ shell }, { console }) => {
  // When the program starts, this command is a part of what is described here.
  const { app } = await import("../app.ts")
  await console.write(`${Completions.generate(app.name, shell, Completions.fromCommand(app))}\n`)
}
