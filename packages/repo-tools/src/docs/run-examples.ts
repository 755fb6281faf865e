// Runs example programs one after another, each in an empty folder, and prints as JSON what became of them. Arguments:
// the folder for their working folders, then the programs' paths.
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { format, inspect } from "node:util"

/** What one program did. */
export interface ExampleRun {
  /** What each promise printed, every time it did. */
  readonly printed: ReadonlyArray<{ readonly promise: number; readonly text: string }>
  readonly error?: string
}

const [folder = "", ...programs] = process.argv.slice(2)
const runs: Array<ExampleRun> = []
console.log = () => undefined
for (const [index, program] of programs.entries()) {
  const printed: Array<{ readonly promise: number; readonly text: string }> = []
  Object.assign(globalThis, {
    // A value as docstrings write it.
    barkeepValue: (value: unknown) => inspect(value).replaceAll("'", '"'),
    barkeepExample: (promise: number, ...values: ReadonlyArray<unknown>) =>
      printed.push({ promise, text: format(...values) }),
  })
  const cwd = join(folder, String(index))
  mkdirSync(cwd, { recursive: true })
  process.chdir(cwd)
  try {
    await import(pathToFileURL(program).href)
    runs.push({ printed })
  } catch (error) {
    runs.push({ printed, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}
process.stdout.write(JSON.stringify(runs), () => process.exit())
