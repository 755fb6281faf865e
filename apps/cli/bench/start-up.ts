import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/**
 * How much processor time the command takes to start, in units of a Node that does nothing: interleaved rounds, medians.
 * After a build: `node apps/cli/bench/start-up.ts [rounds]`. Exits with 1 when a goal is missed.
 */
const rounds = Number(process.argv[2] ?? 15)
const bin = join(import.meta.dirname, "../bin/barkeep.mjs")
const folder = mkdtempSync(join(tmpdir(), "barkeep-start-up-"))
const cache = join(folder, "cache")
const nothing = join(folder, "nothing.mjs")

interface Case {
  readonly name: string
  readonly args: ReadonlyArray<string>
  /** The largest multiple of bare Node that is allowed. */
  readonly goal?: number
}

const cases: ReadonlyArray<Case> = [
  { name: "bare node", args: [nothing] },
  { name: "barkeep --version", args: [bin, "--version"] },
  { name: "barkeep --help", args: [bin, "--help"], goal: 4 },
  { name: "barkeep populate --help", args: [bin, "populate", "--help"] },
  { name: "barkeep list, 250 files", args: [bin, "list", "--cache-dir", cache], goal: 6 },
]

/** 25 symbols, 10 years each. */
const layOutCache = (): void => {
  for (let symbol = 0; symbol < 25; symbol += 1) {
    const entry = join(cache, `S${symbol}USDT`, "1h")
    mkdirSync(entry, { recursive: true })
    for (let year = 2015; year < 2025; year += 1) {
      writeFileSync(join(entry, `${year}.csv.gz`), "")
      writeFileSync(join(entry, `${year}.metadata.json`), "{}")
    }
  }
}

/** User and system time of one run in milliseconds, as the shell counts it: Node does not tell about its children. */
const cpuMillis = (args: ReadonlyArray<string>): number => {
  const { status, stderr } = spawnSync(
    "bash",
    ["-c", 'TIMEFORMAT="%3U %3S"; time "$0" "$@" > /dev/null', process.execPath, ...args],
    { encoding: "utf8", env: { PATH: process.env["PATH"], HOME: folder, LC_ALL: "C" } },
  )
  const [user, system] = stderr.trim().split(" ").map(Number)
  if (status !== 0 || user === undefined || system === undefined)
    throw new Error(`${args.join(" ")} ended with ${status}: ${stderr}`)
  return (user + system) * 1000
}

const median = (values: ReadonlyArray<number>): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

try {
  writeFileSync(nothing, "")
  layOutCache()
  for (const { args } of cases) cpuMillis(args) // fills the compile cache
  const measured = cases.map((): Array<number> => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [index, { args }] of cases.entries()) measured[index]?.push(cpuMillis(args))
  const medians = measured.map(median)
  for (const [index, { name, goal }] of cases.entries()) {
    const ratio = (medians[index] ?? Number.NaN) / (medians[0] ?? Number.NaN)
    const verdict = goal === undefined ? "" : `  goal ${goal}: ${ratio <= goal ? "met" : "MISSED"}`
    console.log(
      `${name.padEnd(26)}${(medians[index] ?? Number.NaN).toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)}x${verdict}`,
    )
    if (goal !== undefined && ratio > goal) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
