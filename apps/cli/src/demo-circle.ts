import type { Cache } from "@barkeep/cache-core"
import { type Donor, fillGaps } from "@barkeep/fill-gaps"
import { parseIsoTime } from "@barkeep/market-data"
import { populate, type PopulateOptions, type PopulateTask } from "@barkeep/populate"
import { createBinance } from "@barkeep/provider-binance"
import { type Clock, systemClock } from "@barkeep/provider-kit"
import { type StoreReport, toGapTable, toTable } from "@barkeep/validation"
import type { VendorSimulator } from "@barkeep/vendor-simulator"
import type { Console } from "./console.ts"
import { explainText } from "./explain-moment.ts"
import { showFillReport } from "./fill-output.ts"
import { hashedEntries, refreshReport } from "./fresh-report.ts"
import type { CommandContext } from "./run-command.ts"
import { tableText } from "./summary-text.ts"

/** The day of which the exchange's API answers two questions with nothing. */
const badDay = { from: parseIsoTime("2023-03-10T00:00:00Z"), to: parseIsoTime("2023-03-11T00:00:00Z") }

/** Hours in which the exchange stands still: nobody has bars of them. */
export const standstill = {
  symbol: "BTCUSDT",
  range: { from: parseIsoTime("2023-03-24T11:00:00Z"), to: parseIsoTime("2023-03-24T14:00:00Z") },
}

const hour = 3_600_000
const aDayAgo: Clock = { ...systemClock, now: () => systemClock.now() - 25 * hour }

/**
 * Brings the tasks' ranges into the store. On the bad day two of them get empty answers, a day ago as today: said once,
 * it would only be doubted, and asked again.
 */
export const populateWithHoles = async (
  options: PopulateOptions,
  simulator: VendorSimulator,
): Promise<{ readonly rowsAdded: number }> => {
  const run = async (tasks: ReadonlyArray<PopulateTask>, clock = systemClock): Promise<number> => {
    const report = await populate({ ...options, clock, tasks })
    const failed = report.outcomes.find((outcome) => outcome.error !== undefined)
    if (failed?.error !== undefined) throw failed.error
    return report.rowsAdded
  }
  const whole = (options.tasks[0] as PopulateTask).range
  const before = await run(options.tasks.map((task) => ({ ...task, range: { ...whole, to: badDay.from } })))
  const bad = [
    { symbol: "ETHUSDT", interval: "1h" },
    { symbol: "BTCUSDT", interval: "1d" },
  ]
  const badTasks = options.tasks.flatMap((task) =>
    bad.some(({ symbol, interval }) => symbol === task.instrument.symbol && interval === task.timeframe)
      ? [{ ...task, range: badDay }]
      : [],
  )
  /** @param nth the question that is answered with nothing */
  const leaveEmpty = (nth: number): void =>
    simulator.setFaults(
      bad.map((parameters) => ({
        match: { endpoint: "klines", parameters },
        nth,
        fault: { type: "empty-page" },
      })),
    )
  leaveEmpty(1)
  const provider = createBinance({ baseUrl: simulator.urls.BARKEEP_BINANCE_URL, clock: aDayAgo })
  const yesterday = await run(
    badTasks.map((task) => ({ ...task, provider })),
    aDayAgo,
  )
  // The first question is what comes after the last stored bar.
  leaveEmpty(2)
  const today = await run(badTasks)
  simulator.setFaults([])
  return { rowsAdded: before + yesterday + today + (await run(options.tasks)) }
}

/** Validates, fills what can be filled, and validates again, showing what each command would show. */
export const showCircle = async (
  cache: Cache,
  simulator: VendorSimulator,
  context: CommandContext,
): Promise<void> => {
  const { console, signal } = context
  await console.write("\n$ barkeep validate --reason unknown,not-offered\n")
  const report = await refreshReport(cache, undefined, {}, context)
  await showGaps(report, console)
  await console.write("\n$ barkeep fill-gaps\n")
  const filled = await fillGaps({
    store: cache,
    journal: cache.answerJournal,
    donors: donorsOf(simulator),
    report,
    entries: await hashedEntries(cache, () => true),
    signal,
  })
  await showFillReport(filled, false, console)
  await console.write(
    "\n$ barkeep validate --reason unknown,not-offered   (what is left is what nobody has)\n",
  )
  await showGaps(await refreshReport(cache, report, {}, context), console)
  for (const [symbol, time] of [
    ["ETHUSDT", badDay.from],
    [standstill.symbol, standstill.range.from],
  ] as const)
    await console.write(
      `\n$ barkeep explain ${await explainText(cache, donorsOf(simulator), symbol, "1h", time)}`,
    )
}

const donorsOf = ({ urls }: VendorSimulator): ReadonlyArray<Donor> => {
  const options = { baseUrl: urls.BARKEEP_BINANCE_URL, archiveUrl: urls.BARKEEP_BINANCE_ARCHIVE_URL }
  return [
    { id: "binance-archive", provider: createBinance({ ...options, archive: "always" }), source: "archive" },
    { id: "binance", provider: createBinance({ ...options, archive: "never" }) },
  ]
}

const showGaps = async (report: StoreReport, console: Console): Promise<void> => {
  await console.write(tableText(toTable(report), console.paint))
  await console.write(
    `\n${tableText(toGapTable(report, { reasons: ["unknown", "not-offered"] }), console.paint)}`,
  )
}
