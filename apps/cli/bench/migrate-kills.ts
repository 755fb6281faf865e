// Kills migrations at random moments, then resumes or rolls back: node --conditions=@barkeep/source migrate-kills.ts 200
import { type ChildProcess, spawn } from "node:child_process"
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import { build } from "rolldown"
import {
  at,
  cryptoLines,
  csv,
  gzip,
  snapshot,
  unifiedMetadata,
  weekdayLines,
  writeTree,
  yearFolderMetadata,
  yearsMetadata,
} from "../test/old-caches.ts"

export interface KillReport {
  /** Runs that were killed before they ended by themselves. */
  readonly kills: number
  readonly resumed: number
  readonly rolledBack: number
  /** In which of the migration's states a kill has struck, and how often. */
  readonly states: Readonly<Record<string, number>>
  /** What must never happen; empty when migrations keep their promise. */
  readonly problems: ReadonlyArray<string>
}

const hour = 3_600_000
const day = 24 * hour

/** An old cache of every layout, with conflicts and refused rows. */
const writeOldCache = (folder: string): void => {
  const apple = weekdayLines(at("2019-01-02"), 360)
  writeTree(folder, {
    "binance/BTCUSDT/1h/2020/data.csv": csv(cryptoLines(at("2020-01-01"), 3000, hour)),
    "binance/BTCUSDT/1h/2020/metadata.json": yearFolderMetadata("binance", "BTCUSDT", "1h", 2020),
    "binance/BTCUSDT/1h/2021/data.csv": gzip(csv(cryptoLines(at("2021-01-01"), 3000, hour))),
    "coingecko/BTCUSDT/1h/2020/data.csv": csv(cryptoLines(at("2020-03-01"), 2400, hour)),
    "yahoo/AAPL/1d/2019.csv": csv(weekdayLines(at("2019-01-02"), 360, { price: 0.25 })),
    "yahoo/AAPL/1d/metadata.json": yearsMetadata("yahoo", "AAPL", "1d", [2019]),
    "alpha_vantage/AAPL/1d/2019.csv.gz": gzip(csv(apple)),
    "ETHUSDT/1d/2020.csv.gz": gzip(csv(cryptoLines(at("2020-01-01"), 366, day))),
    "ETHUSDT/1d/2020.metadata.json": unifiedMetadata("binance", "ETHUSDT", "1d", 2020),
    "ETHUSDT/1d/2021/2021.csv.gz": gzip(csv(cryptoLines(at("2021-01-01"), 200, day))),
    "ETHUSDT/1d/2021/2021.metadata.json": unifiedMetadata("binance", "ETHUSDT", "1d", 2021),
  })
}

/** What the new cache has before: rows in the middle of what is migrated, written by the original and by us. */
const writeNewCache = async (folder: string, scratch: string): Promise<void> => {
  writeTree(folder, {
    "ETHUSDT/1d/2020.csv.gz": gzip(csv(cryptoLines(at("2020-02-01"), 30, day, { base: 300 }))),
    "ETHUSDT/1d/2020.metadata.json": unifiedMetadata("binance", "ETHUSDT", "1d", 2020),
  })
  writeTree(scratch, { "binance/BTCUSDT/1h/2020/data.csv": csv(cryptoLines(at("2020-01-05"), 100, hour)) })
  await ended(start(scratch, folder, "migrate"))
}

/**
 * Kills `kills` runs. After each the migration is continued, or taken back, each possibly killed again; in the end the
 * new cache has to be exactly what an undisturbed migration makes, or exactly what it was before, and the old one
 * exactly what it was.
 */
export const runMigrationKills = async (options: {
  readonly kills: number
  readonly seed?: number
}): Promise<KillReport> => {
  const folder = mkdtempSync(join(tmpdir(), "barkeep-migration-kill-"))
  const place = (name: string): string => join(folder, name)
  const random = randomOf(options.seed ?? 1)
  const problems: Array<string> = []
  const states: Record<string, number> = {}
  const report = { kills: 0, resumed: 0, rolledBack: 0 }
  try {
    await bundle(place("run.mjs"))
    writeOldCache(place("old"))
    await writeNewCache(place("before"), place("scratch"))
    cpSync(place("before"), place("after"), { recursive: true, preserveTimestamps: true })
    const lines = await ended(start(place("old"), place("after"), "migrate"))
    const expected = {
      old: snapshot(place("old")),
      before: state(place("before")),
      after: state(place("after")),
    }
    while (report.kills < options.kills && problems.length === 0) {
      rmSync(place("new"), { recursive: true, force: true })
      cpSync(place("before"), place("new"), { recursive: true, preserveTimestamps: true })
      const what = random() < 0.3 ? "move" : "migrate"
      const wantsBack = random() < 0.5
      const killOrEnd = async (run: string): Promise<boolean> => {
        const isForward = run === "migrate" || run === "move"
        const killed = await startAndKill(place("old"), place("new"), run, {
          // From the first line (its code is loaded) to the last; a rollback prints only the first.
          line: isForward ? Math.floor(random() * lines) : 0,
          afterMillis: random() * (isForward ? 60 : 400),
        })
        if (killed) report.kills += 1
        if (killed) count(states, lastState(place("new")))
        return killed
      }
      // Killed a few times on the way, as it may happen.
      while ((await killOrEnd(what)) && random() < 0.6);
      const id = openId(place("new"))
      if (wantsBack && id !== undefined) {
        while ((await killOrEnd(id)) && random() < 0.3);
        await ended(start(place("old"), place("new"), id))
        compare(expected.before, state(place("new")), "rolled back", problems)
        report.rolledBack += 1
      } else {
        await ended(start(place("old"), place("new"), what))
        compare(expected.after, state(place("new")), "resumed", problems)
        report.resumed += 1
        if (what === "move") await ended(start(place("old"), place("new"), openId(place("new")) as string))
      }
      compare(expected.old, snapshot(place("old")), "old cache", problems)
      const strays = readdirSync(folder).filter((name) => name.startsWith("old."))
      if (strays.length > 0) problems.push(`left beside the old cache: ${strays.join(", ")}`)
    }
    return { ...report, states, problems }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const randomOf = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

const count = (states: Record<string, number>, name: string): void =>
  void (states[name] = (states[name] ?? 0) + 1)

/** The data of a cache and what its metadata says, without the migration's own record, which keeps what happened. */
const state = (folder: string): Readonly<Record<string, string>> => {
  const files = snapshot(folder, (path) => path.startsWith("_barkeep"))
  return Object.fromEntries(
    Object.entries(files).map(([path, hash]) => [
      path,
      // An interrupted start may have used up an id.
      path.endsWith(".metadata.json")
        ? readFileSync(join(folder, path), "utf8").replaceAll(/"\d{8}-\d{6}(-\d+)?"/g, '"ID"')
        : hash,
    ]),
  )
}

const compare = (
  expected: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
  what: string,
  problems: Array<string>,
): void => {
  for (const path of new Set([...Object.keys(expected), ...Object.keys(found)]))
    if (expected[path] !== found[path])
      problems.push(
        `${what}: ${path} ${found[path] === undefined ? "is missing" : expected[path] === undefined ? "is too much" : "differs"}`,
      )
}

const records = (folder: string): string => join(folder, "_barkeep", "migrations")

/** The last migration, when it can be taken back. */
const openId = (folder: string): string | undefined =>
  readdirSync(records(folder))
    .toSorted()
    .findLast(
      (id) =>
        existsSync(join(records(folder), id, "plan.json")) && !journalOf(folder, id).includes("scratch"),
    )

const journalOf = (folder: string, id: string): string =>
  readFileSync(join(records(folder), id, "plan.json"), "utf8")

const lastState = (folder: string): string => {
  const id = openId(folder)
  if (id === undefined) return "before the plan"
  const file = join(records(folder), id, "journal.ndjson")
  const lines = existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []
  return /"state":"([a-z-]+)"/.exec(lines.at(-1) ?? "")?.[1] ?? "planned"
}

/** One file starts in a tenth of the time that two hundred take. */
const bundle = async (file: string): Promise<void> => {
  await build({
    input: fileURLToPath(new URL("migrate-once.ts", import.meta.url)),
    platform: "node",
    resolve: { conditionNames: ["@barkeep/source", "import", "node", "default"] },
    output: { file, format: "esm", codeSplitting: false },
    logLevel: "silent",
  })
}

const start = (oldCache: string, newCache: string, what: string): ChildProcess =>
  spawn(process.execPath, [join(newCache, "..", "run.mjs"), oldCache, newCache, what], {
    stdio: ["ignore", "pipe", "pipe"],
  })

/** How many lines it printed. */
const ended = async (child: ChildProcess): Promise<number> => {
  let errors = ""
  let lines = 0
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (errors += text))
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", () => (lines += 1))
  const code = await new Promise<number | null>((resolve) => void child.once("close", resolve))
  if (code !== 0) throw new Error(`a run that nobody killed ended with ${code}: ${errors}`)
  return lines
}

/** True when the run was killed, false when it was faster. */
const startAndKill = async (
  oldCache: string,
  newCache: string,
  what: string,
  when: { readonly line: number; readonly afterMillis: number },
): Promise<boolean> => {
  const child = start(oldCache, newCache, what)
  child.stderr?.resume()
  const closed = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once("close", (_code, signal) => resolve(signal))
  })
  let line = 0
  createInterface({ input: child.stdout as NodeJS.ReadableStream }).on("line", () => {
    if (line === when.line) setTimeout(() => child.kill("SIGKILL"), when.afterMillis)
    line += 1
  })
  return (await closed) === "SIGKILL"
}

if (import.meta.main) {
  const report = await runMigrationKills({
    kills: Number(process.argv[2] ?? 200),
    seed: Number(process.argv[3] ?? 1),
  })
  process.stdout.write(`${JSON.stringify(report, null, 1)}\n`)
  process.exitCode = report.problems.length === 0 ? 0 : 1
}
