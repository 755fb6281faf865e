import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import { handler } from "../run-command.ts"

const flags = {
  shell: Argument.Literals("shell", ["bash", "zsh", "fish", "powershell"]).pipe(
    Argument.withDescription("bash, zsh, fish or powershell"),
  ),
}

/** What the command line of `completions` says. */
export type CompletionsFlags = Command.Command.Config.Infer<typeof flags>

export const completions = Command.make(
  "completions",
  flags,
  handler<CompletionsFlags>(() => import("./completions-body.ts")),
).pipe(
  Command.withDescription("Print the script with which a shell completes commands, flags and their values."),
  Command.withExamples([
    {
      command: "barkeep completions bash > ~/.local/share/bash-completion/completions/barkeep",
      description: "bash",
    },
    { command: 'barkeep completions zsh > "${fpath[1]}/_barkeep"', description: "zsh" },
    { command: "barkeep completions fish > ~/.config/fish/completions/barkeep.fish", description: "fish" },
    {
      command: "barkeep completions powershell | Out-String | Invoke-Expression",
      description: "PowerShell, in $PROFILE",
    },
  ]),
)
