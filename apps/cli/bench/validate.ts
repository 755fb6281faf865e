/**
 * Validation of 250 files and 33.5 million rows through the built command: cold with one and with two cores, beside
 * inflating the same files and nothing else, beside DuckDB (where it is installed), and again when nothing has changed,
 * beside starting up and doing nothing.
 * Interleaved rounds, medians; ratios count, not milliseconds. After a build:
 * `node --conditions=@barkeep/source apps/cli/bench/validate.ts [--rounds N] [--symbols N] [--tree FOLDER] [--program FILE] [--duckdb]`
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { makeTree, wholeTree } from "./validation-tree.ts"

const { values } = parseArgs({
  options: {
    rounds: { type: "string" },
    symbols: { type: "string" },
    tree: { type: "string" },
    program: { type: "string" },
    duckdb: { type: "boolean" },
  },
})
const rounds = Number(values.rounds ?? 5)
const symbols = Number(values.symbols ?? wholeTree.symbols)
const folder = values.tree ?? join(tmpdir(), `barkeep-validation-tree-${symbols}`)
await makeTree(folder, { ...wholeTree, symbols })

interface Cost {
  readonly cpuMillis: number
  readonly wallMillis: number
  readonly maxRssBytes: number
}

interface Subject {
  readonly name: string
  readonly cores: number
  readonly program: string
  readonly args: ReadonlyArray<string>
  readonly prepare?: () => void
  readonly rounds?: number
}

const here = (name: string): string => join(import.meta.dirname, name)
const barkeep = values.program ?? here("../bin/barkeep.mjs")
const empty = mkdtempSync(join(tmpdir(), "barkeep-empty-"))
process.on("exit", () => rmSync(empty, { recursive: true }))
const report = join(folder, "validate-metadata.json")
const metadata = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((name) => /\d{4}\.metadata\.json$/.test(name))
  .map((name) => join(folder, name))

/** As populate leaves it: no report, and no quality in any metadata. */
const makeCold = (): void => {
  rmSync(report, { force: true })
  for (const file of metadata) {
    const text = readFileSync(file, "utf8")
    const cold = text.replace(/^ {2}"data_quality": .*$/m, '  "data_quality": null,')
    if (cold !== text) writeFileSync(file, cold)
  }
}

const validate = ["validate", "--cache-dir", folder, "--quiet"]
const subjects: ReadonlyArray<Subject> = [
  { name: "inflate only, 1 core", cores: 1, program: here("gunzip-only.mjs"), args: [folder, "1"] },
  { name: "validate, 1 core", cores: 1, program: barkeep, args: validate, prepare: makeCold },
  { name: "inflate only, 2 cores", cores: 2, program: here("gunzip-only.mjs"), args: [folder, "2"] },
  { name: "validate, 2 cores", cores: 2, program: barkeep, args: validate, prepare: makeCold },
  { name: "validate, unchanged", cores: 2, program: barkeep, args: validate },
  { name: "validate an empty folder", cores: 2, program: barkeep, args: [...validate.slice(0, 2), empty] },
  { name: "start-up alone (--version)", cores: 2, program: barkeep, args: ["--version"] },
  ...(values.duckdb === true
    ? [{ name: "DuckDB, 2 threads", cores: 2, program: here("duckdb-gaps.mjs"), args: [folder], rounds: 1 }]
    : []),
]

const run = ({ cores, program, args, prepare }: Subject): Cost => {
  prepare?.()
  const { stderr, status, output } = spawnSync(
    "taskset",
    ["-c", cores === 1 ? "0" : "0,1", process.execPath, here("measured.mjs"), program, ...args],
    { stdio: ["ignore", "ignore", "pipe", "pipe"], encoding: "utf8" },
  )
  if (status !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${status}: ${stderr}`)
  return JSON.parse(output[3] ?? "") as Cost
}

const costs = new Map<Subject, Array<Cost>>(subjects.map((subject) => [subject, []]))
for (let round = 0; round < rounds; round += 1)
  for (const subject of subjects)
    if (round < (subject.rounds ?? rounds)) costs.get(subject)?.push(run(subject))

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >>> 1] as number
const of = (subject: Subject, pick: (cost: Cost) => number): number =>
  median((costs.get(subject) ?? []).map(pick))
for (const subject of subjects) {
  const floor = subjects.find(
    ({ name, cores }) => name.startsWith("inflate") && cores === subject.cores,
  ) as Subject
  const [cpu, wall, rss] = [
    of(subject, (cost) => cost.cpuMillis),
    of(subject, (cost) => cost.wallMillis),
    of(subject, (cost) => cost.maxRssBytes),
  ]
  console.log(
    `${subject.name.padEnd(32)} cpu ${cpu.toFixed(0).padStart(6)} ms ${(cpu / of(floor, (cost) => cost.cpuMillis)).toFixed(2).padStart(6)}x   wall ${wall.toFixed(0).padStart(6)} ms ${(wall / of(floor, (cost) => cost.wallMillis)).toFixed(2).padStart(6)}x   ${(rss / 2 ** 20).toFixed(0).padStart(4)} MiB`,
  )
}
