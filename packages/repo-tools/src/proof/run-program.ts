// Programs as a stranger's machine would run them: one Node first on PATH, no configuration of the run around it.
import { spawn } from "node:child_process"
import { delimiter, dirname } from "node:path"

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface RunOptions {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Resolves whatever the exit code is; else another one than 0 rejects with the program's output. */
  readonly anyCode?: boolean
}

/** The environment without what npm, npx and pnpm tell the programs they start; `node` is the Node that is found first. */
export const plainEnvironment = (node: string = process.execPath): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(process.env).flatMap(([key, value]) =>
      value === undefined || /^(npm|pnpm)_|^(INIT_CWD|NODE_OPTIONS|VITEST)/i.test(key) ? [] : [[key, value]],
    ),
  ),
  PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`,
})

/** Runs a program to its end. */
export const run = (
  command: string,
  args: ReadonlyArray<string>,
  { cwd, env = plainEnvironment(), anyCode = false }: RunOptions,
): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      shell: process.platform === "win32",
    })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.once("error", reject)
    child.once("close", (code) => {
      if (code === 0 || anyCode) resolve({ code, stdout, stderr })
      else
        reject(
          new Error(
            `${command} ${args.join(" ")} (in ${cwd}) ended with ${code ?? "a signal"}:\n${stdout}${stderr}`,
          ),
        )
    })
  })
