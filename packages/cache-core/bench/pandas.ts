import { spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { findPython } from "../test/python.ts"
import type { ForeignCost } from "./measure.ts"

/** A Python process that keeps a cache the way pandas programs do; it measures itself. */
export interface PandasCache {
  readonly version: string
  readonly hasPyarrow: boolean
  readonly run: (command: {
    readonly operation: string
    readonly [name: string]: string
  }) => Promise<ForeignCost>
  readonly close: () => void
}

/** `undefined` when this machine has no Python with pandas; `BARKEEP_PYTHON` names one to try first. */
export const startPandas = (): PandasCache | undefined => {
  const python = findPython("pandas")
  if (python === undefined) return undefined
  const probe = spawnSync(python, ["-c", "import pandas; print(pandas.__version__)"], { encoding: "utf8" })
  const hasPyarrow = spawnSync(python, ["-c", "import pyarrow"]).status === 0
  const child = spawn(python, [fileURLToPath(new URL("./pandas-cache.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  })
  const lines = createInterface({ input: child.stdout })
  return {
    version: probe.stdout.trim(),
    hasPyarrow,
    run: async (command) => {
      child.stdin.write(`${JSON.stringify(command)}\n`)
      const [line] = (await once(lines, "line")) as [string]
      const answer = JSON.parse(line) as ForeignCost & { readonly error?: string }
      if (answer.error !== undefined) throw new Error(`pandas, ${command.operation}: ${answer.error}`)
      return answer
    },
    close: () => child.stdin.end(),
  }
}
