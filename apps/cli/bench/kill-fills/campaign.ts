import { spawn } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { openCache } from "@barkeep/cache-core"
import {
  type Bars,
  barCount,
  equalRow,
  firstRowAtOrAfter,
  sliceBars,
  takeRows,
  type TimeRange,
} from "@barkeep/market-data"
import { createBinance } from "@barkeep/provider-binance"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { refreshReport } from "../../src/fresh-report.ts"
import { startVendorSimulator, type VendorSimulator } from "@barkeep/vendor-simulator"

const hour = 3_600_000
const year: TimeRange = { from: Date.UTC(2023, 0, 1), to: Date.UTC(2024, 0, 1) }
const symbol = "BTCUSDT"

/** What a campaign has seen. */
export interface CampaignResult {
  readonly kills: number
  /** Caches that were filled to the end. */
  readonly finished: number
  readonly requests: number
  /** Everything that should not have happened; empty when all is well. */
  readonly violations: ReadonlyArray<string>
}

/**
 * Kills runs of filling at random moments, goes on where they were, and checks after each kill that no row was lost, none
 * is there that the donor did not give, no fill is listed that has no rows; and in the end that every gap reported filled
 * is, and that nothing was asked for again after its answer was remembered.
 */
export const runCampaign = async (
  kills: number,
  random: () => number,
  onCache: (so: CampaignResult) => void = () => {},
): Promise<CampaignResult> => {
  const simulator = await startVendorSimulator({ seed: 12 })
  const slow = {
    match: { vendor: "binance-archive" },
    probability: 0.4,
    fault: { type: "slow-body", millis: 120 },
  } as const
  const folder = mkdtempSync(join(tmpdir(), "barkeep-kill-fills-"))
  const violations: Array<string> = []
  let [done, finished, requests] = [0, 0, 0]
  try {
    const { truth, isGap } = await makeTemplate(simulator, join(folder, "template"), random)
    // Some kills have to come while an answer is under way.
    simulator.setFaults([slow])
    const trial = join(folder, "trial")
    cpSync(join(folder, "template"), trial, { recursive: true })
    const { millis } = await runOnce({ simulator, cache: trial }, undefined)
    for (let copy = 0; done < kills; copy += 1) {
      const cache = join(folder, `cache-${copy}`)
      cpSync(join(folder, "template"), cache, { recursive: true })
      simulator.clearLog()
      const found = await fillToTheEnd({
        simulator,
        cache,
        truth,
        isGap,
        random,
        millis,
        killsLeft: kills - done,
      })
      done += found.kills
      finished += 1
      requests += found.requests
      violations.push(...found.violations.map((text) => `cache ${copy}: ${text}`))
      rmSync(cache, { recursive: true })
      onCache({ kills: done, finished, requests, violations })
    }
  } finally {
    await simulator.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { kills: done, finished, requests, violations }
}

/** A year of hours with three gaps in each month. */
const makeTemplate = async (
  simulator: VendorSimulator,
  folder: string,
  random: () => number,
): Promise<{ readonly truth: Bars; readonly isGap: (time: number) => boolean }> => {
  const { instrument } = classifyTicker(symbol)
  const provider = createBinance({ baseUrl: simulator.urls.BARKEEP_BINANCE_URL, archive: "never" })
  const pages = await Array.fromAsync(provider.bars({ instrument, timeframe: "1h", range: year }))
  const gaps = Array.from({ length: 36 }, (_, index) => {
    const from = year.from + (index * 10 + 1 + Math.floor(random() * 7)) * 24 * hour
    return { from, to: from + (1 + Math.floor(random() * 20)) * hour }
  })
  const isGap = (time: number): boolean => gaps.some(({ from, to }) => time >= from && time < to)
  const cache = await openCache(folder)
  await cache.put({
    entry: { instrument, timeframe: "1h", adjustment: "none" },
    pages: pages.map((page) => ({ ...page, bars: without(page.bars, isGap) })),
  })
  await refreshReport(cache, undefined, {}, { signal: new AbortController().signal, now: Date.now })
  await cache.close()
  const whole = await openCache(join(folder, "..", "truth"))
  await whole.put({ entry: { instrument, timeframe: "1h", adjustment: "none" }, pages })
  const truth = await whole.read(symbol, "1h")
  await whole.close()
  return { truth, isGap }
}

const without = (bars: Bars, isGap: (time: number) => boolean): Bars =>
  takeRows(
    bars,
    Array.from(bars.openTime.keys()).filter((row) => !isGap(bars.openTime[row] as number)),
  )

interface Subject {
  readonly simulator: VendorSimulator
  readonly cache: string
  readonly truth: Bars
  readonly isGap: (time: number) => boolean
  readonly random: () => number
  /** How long a run that is not killed takes from its begin. */
  readonly millis: number
  readonly killsLeft: number
}

const fillToTheEnd = async (
  subject: Subject,
): Promise<Pick<CampaignResult, "kills" | "requests" | "violations">> => {
  const { simulator, random, millis, killsLeft } = subject
  const violations: Array<string> = []
  const answered = new Set<string>()
  let kills = 0
  for (;;) {
    const before = simulator.log.length
    const known = new Set(answered)
    // What is left to do becomes less with every run, so the moments come earlier and earlier.
    const killAfter = kills < killsLeft ? (random() * millis) / (1 + (kills % 8)) : undefined
    const run = await runOnce(subject, killAfter)
    for (const month of run.answered) answered.add(month)
    for (const { path } of simulator.log.slice(before)) {
      const month = /-(\d{4}-\d{2})\.zip/.exec(path)?.[1]
      if (month !== undefined && known.has(month)) violations.push(`${path} was asked for again`)
    }
    violations.push(...(await checkRows(subject)))
    if (run.ends !== undefined) {
      violations.push(...(await checkReport(subject, run.ends)))
      return { kills, requests: simulator.log.length, violations }
    }
    if (killAfter === undefined || run.code === 1) {
      violations.push(`a run ended by itself: ${run.stderr}`)
      return { kills, requests: simulator.log.length, violations }
    }
    kills += 1
  }
}

interface Run {
  readonly answered: ReadonlyArray<string>
  readonly ends?: ReadonlyArray<{ readonly from: number; readonly to: number; readonly outcome: string }>
  readonly code: number | null
  readonly stderr: string
  /** From its begin to its end. */
  readonly millis: number
}

const runOnce = async (
  { simulator, cache }: Pick<Subject, "simulator" | "cache">,
  killAfter: number | undefined,
): Promise<Run> => {
  const { BARKEEP_BINANCE_URL: api, BARKEEP_BINANCE_ARCHIVE_URL: archive } = simulator.urls
  const script = join(import.meta.dirname, "run.ts")
  const child = spawn(process.execPath, ["--conditions=@barkeep/source", script, cache, api, archive], {
    stdio: ["ignore", "pipe", "pipe"],
  })
  const answered: Array<string> = []
  let ends: Run["ends"]
  let stderr = ""
  let timer: NodeJS.Timeout | undefined
  let began = performance.now()
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
  createInterface({ input: child.stdout }).on("line", (line) => {
    const said = JSON.parse(line) as { begins?: true; answered?: string; ends?: Run["ends"] }
    if (said.begins) began = performance.now()
    if (said.begins && killAfter !== undefined) timer = setTimeout(() => child.kill("SIGKILL"), killAfter)
    if (said.answered !== undefined) answered.push(said.answered)
    if (said.ends !== undefined) ends = said.ends
  })
  const { promise, resolve, reject } = Promise.withResolvers<number | null>()
  child.on("error", reject)
  child.on("close", resolve)
  const code = await promise
  clearTimeout(timer)
  return {
    answered,
    code,
    stderr,
    millis: performance.now() - began,
    ...(ends === undefined ? {} : { ends }),
  }
}

/** Every row of before is there as it was, and every other row is the donor's and known to a fill. */
const checkRows = async ({ cache: folder, truth, isGap }: Subject): Promise<ReadonlyArray<string>> => {
  const cache = await openCache(folder)
  const bars = await cache.read(symbol, "1h")
  const violations: Array<string> = []
  for (const [row, time] of bars.openTime.entries())
    if (!equalRow(bars, row, truth, firstRowAtOrAfter(truth.openTime, time)))
      violations.push(`row ${time} is another one`)
  const base = Array.from(truth.openTime).filter((time) => !isGap(time))
  const present = new Set(bars.openTime)
  const lost = base.filter((time) => !present.has(time)).length
  if (lost > 0) violations.push(`${lost} rows were lost`)
  const listed = (await cache.listFills()).reduce((sum, fill) => sum + fill.rows, 0)
  const added = barCount(bars) - base.length
  if (listed !== added) violations.push(`the fills claim ${listed} rows, ${added} are there`)
  const errors = (await cache.verify()).findings.filter(({ severity }) => severity === "error")
  violations.push(...errors.map(({ path, what }) => `${path}: ${what}`))
  await cache.close()
  return violations
}

const checkReport = async (
  { cache: folder, truth }: Subject,
  ends: NonNullable<Run["ends"]>,
): Promise<ReadonlyArray<string>> => {
  const cache = await openCache(folder)
  const violations: Array<string> = []
  const bars = await cache.read(symbol, "1h")
  for (const { from, to, outcome } of ends) {
    const rows = barCount(sliceBars(bars, { from, to }))
    if (outcome === "Filled" && rows !== (to - from) / hour)
      violations.push(`a gap of ${from} is reported filled and is not`)
    if (outcome !== "Filled") violations.push(`a gap of ${from} ended as ${outcome}`)
  }
  if (barCount(bars) !== barCount(truth))
    violations.push(`${barCount(truth) - barCount(bars)} rows are still missing`)
  await cache.close()
  return violations
}
