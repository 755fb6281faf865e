import type { CodeBlock } from "./markdown-blocks.ts"

/** One command of a shell block: a line, or several joined by `\`. */
export interface ShellCommand {
  /** Without prompt and comment. */
  readonly command: string
  /** In the Markdown file, from 1. */
  readonly line: number
}

/** The commands of a block that run `program`, in order; a leading `$ ` is a prompt, and then other lines are output. */
export const commandsOf = ({ code, line }: CodeBlock, program: string): ReadonlyArray<ShellCommand> => {
  const lines = code.split("\n")
  const prompted = lines.some((text) => text.startsWith("$ "))
  const commands: Array<ShellCommand> = []
  for (let at = 0; at < lines.length; at++) {
    const start = at
    let text = lines[at] ?? ""
    while (text.endsWith("\\") && at + 1 < lines.length)
      text = `${text.slice(0, -1).trimEnd()} ${(lines[++at] ?? "").trim()}`
    if (prompted && !text.startsWith("$ ")) continue
    const command = text
      .replace(/^\$ /, "")
      .replace(/\s+#\s.*$/, "")
      .trim()
    if (new RegExp(`(?:^|[|&;]\\s*|\\s)${program}(?:\\s|$)`).test(command) && !command.startsWith("#"))
      commands.push({ command, line: line + 1 + start })
  }
  return commands
}
