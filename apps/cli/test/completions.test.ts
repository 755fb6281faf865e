import { execFileSync } from "node:child_process"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { keepFolder } from "./kept-folder.ts"
import { runApp, runWell } from "./run-app.ts"

const folder = keepFolder()
const shells = ["bash", "zsh", "fish", "powershell"] as const
const scriptOf = (shell: (typeof shells)[number]): string => join(folder, `completions.${shell}`)

beforeAll(async () => {
  for (const shell of shells) {
    const { stdout } = await runWell(["completions", shell])
    writeFileSync(scriptOf(shell), stdout)
  }
})

const run = (shell: string, ...args: ReadonlyArray<string>): string =>
  execFileSync(shell, args, { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: folder } })

const has = (shell: string): boolean => {
  try {
    run(shell, "-c", "true")
    return true
  } catch {
    return false
  }
}

/** What is offered for the last word of each line. */
const offers: ReadonlyArray<readonly [line: string, offered: ReadonlyArray<string>]> = [
  ["barkeep popu", ["populate"]],
  ["barkeep populate --start", ["--start-date"]],
  ["barkeep get BTCUSDT 1h --format ", ["csv", "json", "ndjson"]],
  ["barkeep completions ", ["bash", "fish", "powershell", "zsh"]],
  ["barkeep list --log-level ", ["debug", "error", "info", "none", "warn"]],
  ["barkeep stats --qui", ["--quiet"]],
]

describe("completions", () => {
  it.skipIf(!has("bash"))("bash offers commands, flags and their values", () => {
    // Fills in what readline does, and calls the function that is registered for the command.
    const complete =
      String.raw`
      source "$1"; shift
      for line in "$@"; do
        COMP_LINE="$line"; COMP_POINT=$` +
      String.raw`{#line}; read -ra COMP_WORDS <<< "$line"
        [[ "$line" == *" " ]] && COMP_WORDS+=("")
        COMP_CWORD=$(( $` +
      String.raw`{#COMP_WORDS[@]} - 1 )); COMPREPLY=()
        "$(complete -p barkeep | sed 's/.*-F \([^ ]*\).*/\1/')" barkeep "$` +
      String.raw`{COMP_WORDS[COMP_CWORD]}" "$` +
      String.raw`{COMP_WORDS[COMP_CWORD-1]}"
        echo "$` +
      String.raw`{COMPREPLY[*]}"
      done`
    const lines = run("bash", "-c", complete, "bash", scriptOf("bash"), ...offers.map(([line]) => line))
    expect(
      lines
        .trimEnd()
        .split("\n")
        .map((line) => line.split(" ").toSorted((a, b) => a.localeCompare(b))),
    ).toEqual(offers.map(([, offered]) => offered))
  })

  it.skipIf(!has("fish"))("fish offers the same (skipped where it is not installed)", () => {
    for (const [line, offered] of offers) {
      const lines = run("fish", "--no-config", "-c", `source '${scriptOf("fish")}'; complete -C '${line}'`)
      const words = lines
        .trimEnd()
        .split("\n")
        .map((text) => text.split("\t")[0] ?? "")
      // Where a word begins, fish offers the flags too.
      const asked = line.endsWith(" ") ? words.filter((word) => !word.startsWith("-")) : words
      expect(asked.toSorted((a, b) => a.localeCompare(b))).toEqual(offered)
    }
  })

  it.skipIf(!has("zsh"))("zsh takes the script (skipped where it is not installed)", () => {
    const load = `autoload -Uz compinit; compinit -u -D; source '${scriptOf("zsh")}'; whence -w _barkeep`
    expect(run("zsh", "-f", "-c", load)).toMatch(/_barkeep: function/)
  })

  it("each script names every command", async () => {
    const { stdout } = await runApp(["--help"])
    const commands = [...stdout.matchAll(/^ {2}([a-z-]+) {2,}[A-Z]/gm)].map(([, name]) => name as string)
    expect(commands).toEqual(expect.arrayContaining(["populate", "get", "validate", "completions"]))
    for (const shell of shells) {
      const { stdout: script } = await runApp(["completions", shell])
      expect(commands.filter((name) => !script.includes(name))).toEqual([])
      expect(script).not.toContain("--completions")
    }
  })

  it("a shell that is none is refused with those there are", async () => {
    const { code, stdout, stderr } = await runApp(["completions", "csh"])
    expect([code, stdout]).toEqual([2, ""])
    expect(stderr).toMatch(/"csh".*bash.*zsh.*fish.*powershell/)
  })
})
