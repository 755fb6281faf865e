import { setTimeout as sleep } from "node:timers/promises"
import type { Timeframe } from "@barkeep/market-data"
import type { PopulateEvent, PopulateTask, TaskOutcome } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import type { Limiter } from "@barkeep/provider-kit"
import type { LedgerSnapshot } from "@barkeep/provider-kit/ledger"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { describe, expect, it } from "vitest"
import { commandLineOf } from "../src/command-line.ts"
import { type Console, cut, makeConsole } from "../src/console.ts"
import { waitingFor, watchLimiter } from "../src/limit-watch.ts"
import type { LogLine } from "../src/log.ts"
import { populateProgress } from "../src/populate-progress.ts"
import { makeProgress, progressLine } from "../src/progress.ts"
import { formatCount } from "../src/table.ts"
import { wrapped } from "../src/wrapped.ts"
import { capture } from "./run-app.ts"

const clock = (start = 0) => {
  let time = start
  return { now: () => time, pass: (millis: number) => void (time += millis) }
}

const testConsole = (options: {
  readonly isTerminal: boolean
  readonly isQuiet?: boolean
  readonly now?: () => number
}) => {
  const terminal = options.isTerminal ? { columns: 200 } : undefined
  const [stdout, stderr] = [capture(), capture(terminal)]
  const lines: Array<LogLine> = []
  const console = makeConsole({
    stdout,
    stderr,
    args: [],
    environment: {},
    level: "info",
    isQuiet: options.isQuiet ?? false,
    log: { add: (line) => void lines.push(line), close: async () => {} },
    now: options.now ?? (() => 0),
  })
  return { console, stdout, stderr, lines }
}

describe("the progress line", () => {
  const samples = [
    { time: 0, count: 1000, share: 0.1 },
    { time: 10_000, count: 31_000, share: 0.4 },
  ]
  const state = { share: 0.4, count: 31_000, unit: "bars", subject: "BTCUSDT 1h" }

  it("has the rate and the rest by what the last seconds did", () => {
    expect(progressLine(state, samples, 10_000, false)).toBe(
      " 40 % ████████░░░░░░░░░░░░  31,000 bars  3,000/s  20 s left  BTCUSDT 1h",
    )
  })

  it.each([
    ["it waits", progressLine(state, samples, 10_000, true)],
    ["nobody knows how much there is", progressLine({ ...state, share: undefined }, samples, 10_000, false)],
    ["nothing moves", progressLine(state, samples.slice(1), 20_000, false)],
  ])("does not foretell an end when %s", (_name, line) => {
    expect(line).not.toMatch(/left|Infinity|NaN/)
    expect(line).toContain("31,000 bars")
  })

  it("comes now and then as a plain line where there is no terminal, however many events there are", () => {
    const time = clock()
    const { console, stderr } = testConsole({ isTerminal: false, now: time.now })
    const progress = makeProgress(console, time.now)
    for (let event = 0; event <= 600; event += 1) {
      progress.update({ share: event / 600, count: event * 10, unit: "bars" })
      time.pass(100)
    }
    const lines = stderr.text().trimEnd().split("\n")
    expect(lines.length).toBe(4)
    expect(lines[1]).toBe("33 % ███████░░░░░░░░░░░░░  2,000 bars  100/s  40 s left")
    expect(stderr.text()).not.toContain("\r")
  })

  it("renews itself on a terminal and leaves nothing behind results and notes", async () => {
    const time = clock()
    const { console, stdout, stderr } = testConsole({ isTerminal: true, now: time.now })
    const progress = makeProgress(console, time.now)
    progress.update({ share: 0.5, count: 5, unit: "bars" })
    console.note("a note")
    await console.write("a result\n")
    // oxlint-disable-next-line no-control-regex
    expect(stderr.text()).toMatch(/^\r 50 % .*\u001b\[K\r\u001b\[2Ka note\n\r 50 % .*\u001b\[K\r\u001b\[2K$/)
    expect(stdout.text()).toBe("a result\n")
    expect(console.hasStatus).toBe(false)
  })

  it("is not there with --quiet, notes are", () => {
    for (const isTerminal of [true, false]) {
      const time = clock()
      const { console, stderr } = testConsole({ isTerminal, isQuiet: true, now: time.now })
      const progress = makeProgress(console, time.now)
      time.pass(60_000)
      progress.update({ share: 0.5, count: 5, unit: "bars" })
      console.tell("news")
      console.note("a problem")
      expect(stderr.text()).toBe("a problem\n")
    }
  })

  it("is cut to the terminal's width, colours not counted", () => {
    expect(cut("abcdef", 4)).toBe("abcd")
    expect(cut("ab\u001b[1mcdef\u001b[22m", 4)).toBe("ab\u001b[1mcd\u001b[22m")
  })
})

describe("the progress of populate", () => {
  const range = { from: 0, to: 10 * 86_400_000 }
  const taskOf = (symbol: string, timeframe: Timeframe): PopulateTask => ({
    instrument: classifyTicker(symbol).instrument,
    timeframe,
    range,
    provider: createBinance(),
  })
  const outcome = { provider: "binance", rowsAdded: 240, status: "Completed" } as TaskOutcome

  it("is that of the whole run from the beginning, counted in bars, and never goes back", () => {
    const tasks = [taskOf("BTCUSDT", "1h"), taskOf("ETHUSDT", "1h"), taskOf("ETHUSDT", "1d")]
    const [first, second, third] = tasks as [PopulateTask, PopulateTask, PopulateTask]
    const { console, stderr } = testConsole({ isTerminal: true })
    const time = clock()
    const progress = populateProgress(console, time.now, tasks)
    const shares = [
      { _tag: "TaskPlanned", task: first, missing: [range] },
      { _tag: "BatchCommitted", task: first, rows: 120, doneUntil: 5 * 86_400_000 },
      { _tag: "TaskFinished", task: first, outcome },
      { _tag: "TaskPlanned", task: second, missing: [range] },
      { _tag: "TaskFinished", task: second, outcome },
      { _tag: "TaskPlanned", task: third, missing: [] },
      { _tag: "TaskFinished", task: third, outcome },
    ].map((event) => {
      progress.onEvent(event as PopulateEvent)
      console.note("")
      return Number(/^\r *(\d+) %/.exec(stderr.text().split("\n").at(-1) ?? "")?.[1])
    })
    expect(shares).toEqual([0, 24, 48, 48, 97, 100, 100])
    expect(progress.soFar()).toBe("120 bars stored; 3 of 3 entries are complete.")
    console.clearStatus()
  })
})

describe("what a run waits for", () => {
  const budget = {
    id: "weight-1m",
    unit: "weight" as const,
    amount: 6000,
    perMillis: 60_000,
    used: 5999,
    freesUpAt: 70_000,
  }
  const snapshot = (vendor: Partial<LedgerSnapshot["vendors"][number]>): LedgerSnapshot => ({
    at: 10_000,
    vendors: [{ vendor: "binance at somewhere", budgets: [budget], pauses: [], ...vendor }],
  })
  const cost = { "weight-1m": 2 }
  const pause = (kind: "rate-limited" | "banned" | "quota-exhausted", until: number) => ({
    kind,
    until,
    since: 0,
  })

  it.each([
    ["a pause", { pauses: [pause("rate-limited", 20_000)] }, "binance asks to slow down", 20_000],
    [
      "the last of pauses",
      { pauses: [pause("rate-limited", 20_000), pause("banned", 30_000)] },
      "binance has banned this address for a while",
      30_000,
    ],
    ["a used up budget", {}, "binance's 6,000 weight in 1 min 0 s are used up", 70_000],
    ["only its turn", { budgets: [{ ...budget, used: 0 }] }, undefined, undefined],
  ] satisfies ReadonlyArray<
    readonly [string, Parameters<typeof snapshot>[0], string | undefined, number | undefined]
  >)("is %s", (_name, vendor, reason, until) => {
    const waiting = waitingFor(snapshot(vendor), "binance at somewhere", cost)
    expect([waiting?.reason, waiting?.until]).toEqual([reason, until])
  })

  const limiterThatTakes = (millis: number): Limiter => ({
    acquire: () => sleep(millis),
    observe: async () => {},
    pauseUntil: async () => {},
  })
  const acquire = async (console: Console, millis: number): Promise<void> => {
    const look = async () => snapshot({ pauses: [pause("rate-limited", 20_000)] })
    await watchLimiter(limiterThatTakes(millis), "binance at somewhere", look, console).acquire(cost)
  }

  it("is told once, with the time, and forgotten when the call may be made", async () => {
    const { console, stderr } = testConsole({ isTerminal: false })
    await Promise.all([acquire(console, 1500), acquire(console, 0)])
    expect(stderr.text()).toBe("binance asks to slow down; going on at 1970-01-01T00:00:20Z\n")
    expect(console.waiting).toBeUndefined()
  })

  it("stands beside the progress line on a terminal", async () => {
    const { console, stderr } = testConsole({ isTerminal: true })
    console.status(() => "50 %")
    await acquire(console, 1500)
    expect(stderr.text()).toContain("\r50 %  waiting 20 s: binance asks to slow down\u001b[K")
    expect(stderr.text()).not.toContain("\n")
    console.clearStatus()
  })
})

describe("texts", () => {
  it.each([0, 7, -1234, 999, 1000, 123_456, 1_234_567, 12.3456, 1234.5, 1e15])(
    "%d is grouped as people write it",
    (count) => {
      expect(formatCount(count)).toBe(new Intl.NumberFormat("en-US").format(count))
    },
  )

  it("a command line can be copied into a shell", () => {
    expect(commandLineOf(["barkeep", "get", "^GSPC", "--cache-dir", "my cache", "it's", ""])).toBe(
      String.raw`barkeep get ^GSPC --cache-dir 'my cache' 'it'\''s' ''`,
    )
  })

  it("help is wrapped at words, hanging below its column", () => {
    expect(wrapped("one two three four five six", 30, 10)).toBe(
      `one two three four\n${" ".repeat(10)}five six`,
    )
  })
})
