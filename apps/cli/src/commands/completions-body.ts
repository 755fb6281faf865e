import * as Command from "effect/cli/Command"
import * as Completions from "effect/cli/Completions"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import { globalFlags } from "../global-flags.ts"
import type { Body } from "../run-command.ts"
import type { CompletionsFlags } from "./completions.ts"

/** What `barkeep completions` does. */
export const run: Body<CompletionsFlags> = async ({ shell }, { console }) => {
  // When the program starts, this command is a part of what is described here.
  const { app } = await import("../app.ts")
  const descriptor = withGlobalFlags(Completions.fromCommand(app))
  const script = Completions.generate(app.name, shell, descriptor)
  // Its comments name the flag that effect/cli has for this by default.
  await console.write(`${script.replaceAll(`${app.name} --completions`, `${app.name} completions`)}\n`)
}

/** A descriptor names only a command's own flags; here every command takes the global ones too. */
const withGlobalFlags = (descriptor: Completions.CommandDescriptor): Completions.CommandDescriptor => ({
  ...descriptor,
  flags: [...descriptor.flags, ...globalDescriptors()],
  subcommands: descriptor.subcommands.map(withGlobalFlags),
})

const globalDescriptors = (): ReadonlyArray<Completions.FlagDescriptor> => {
  const flags = [GlobalFlag.Help, GlobalFlag.Version, ...globalFlags].map(({ flag }) => flag)
  const config = Object.fromEntries(flags.map((flag, index) => [`flag${index}`, flag]))
  return Completions.fromCommand(Command.make("any", config)).flags.map((flag) => ({
    ...flag,
    negation: false,
  }))
}
