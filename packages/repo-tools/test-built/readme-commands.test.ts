import { spawn, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { codeBlocks } from "../src/docs/markdown-blocks.ts"
import { commandsOf } from "../src/docs/shell-commands.ts"
import { root } from "../src/workspace.ts"

const documents = ["README.md", "CONTRIBUTING.md", "apps/cli/README.md"]
const blocks = documents.flatMap((document) =>
  codeBlocks(readFileSync(join(root, document), "utf8")).map((block) => ({ ...block, document })),
)
const commands = blocks
  .filter(({ language }) => ["", "sh", "bash", "console"].includes(language))
  .flatMap((block) => commandsOf(block, "barkeep").map((one) => ({ ...one, document: block.document })))
  // Setting up and installing are what CI and the publishing proof do.
  .filter(({ command }) => !/^(?:npx|npm) /.test(command))

interface Finished {
  readonly code: number | null
  readonly output: string
}

/** Commands that find something end with 1, which is no failure of theirs. */
const accepted = (command: string): ReadonlyArray<number> =>
  /\bbarkeep (?:validate|verify|cleanup|doctor)\b/.test(command) ? [0, 1] : [0]

const work = mkdtempSync(join(tmpdir(), "readme-"))
let simulator: VendorSimulator
const environment = () => ({
  ...process.env,
  ...simulator.urls,
  PATH: [join(root, "node_modules/.bin"), dirname(process.execPath), process.env["PATH"]].join(delimiter),
  BARKEEP_CACHE_DIR: join(work, "cache"),
  BARKEEP_STATE_DIR: join(work, "state"),
  NO_COLOR: "1",
})

const run = (command: string): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const child = spawn(command, {
      cwd: work,
      env: environment(),
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
    })
    let output = ""
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text))
    child.once("error", reject)
    child.once("close", (code) => resolve({ code, output }))
  })

beforeAll(async () => {
  simulator = await startVendorSimulator({ seed: 1 })
  mkdirSync(join(work, "state"), { recursive: true })
  const { code, output } = await run(
    "barkeep populate --symbols BTCUSDT,ETHUSDT --intervals 1h,1d --start-date 2023-01-01 --end-date 2023-12-31",
  )
  if (code !== 0) throw new Error(`the cache for the READMEs' commands was not made:\n${output}`)
})
afterAll(async () => {
  await simulator.close()
  rmSync(work, { recursive: true, force: true })
})

describe("commands of the READMEs run against the simulator", () => {
  it("are found", () => expect(commands.length).toBeGreaterThan(5))

  it.each(commands)("$document:$line $command", async ({ command }) => {
    const { code, output } = await run(command)
    expect({ output, isAccepted: accepted(command).includes(code ?? -1) }).toEqual({
      output,
      isAccepted: true,
    })
  })
})

const python = (module: string): boolean => spawnSync("python3", ["-c", `import ${module}`]).status === 0

describe("what other programs read", () => {
  const programs = blocks.filter(({ language }) => language === "python")
  it.for(programs)("$document:$line is a Python program that runs", async ({ code }, { skip }) => {
    const missing = [...code.matchAll(/^import (\w+)/gm)].flatMap(([, name = ""]) =>
      python(name) ? [] : [name],
    )
    if (missing.length > 0) skip(`python3 has no ${missing.join(", ")}`)
    const { status, stderr } = spawnSync("python3", ["-c", code], { cwd: work, encoding: "utf8" })
    expect([status, stderr]).toEqual([0, ""])
  })

  const statements = blocks.filter(({ language }) => language === "sql")
  it.each(statements)("$document:$line is SQL that DuckDB runs", ({ code }) => {
    // DuckDB belongs to the store's tests; relative paths are those of the process.
    const duckdb = pathToFileURL(
      createRequire(join(root, "packages/cache-core/package.json")).resolve("@duckdb/node-api"),
    ).href
    const program = `
      const { DuckDBInstance } = (await import(${JSON.stringify(duckdb)})).default
      const connection = await (await DuckDBInstance.create()).connect()
      const rows = await (await connection.runAndReadAll(${JSON.stringify(code)})).getRows()
      console.log(rows.length)`
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: work,
      encoding: "utf8",
    })
    expect({ stderr, hasRows: Number(stdout) > 0 }).toEqual({ stderr: "", hasRows: true })
  })
})
