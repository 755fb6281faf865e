import { isoTime, type TimeRange } from "@barkeep/market-data"
import type { PopulateEvent, PopulateTask } from "@barkeep/populate"
import type { Console } from "./console.ts"
import { errorLine } from "./run-command.ts"
import { formatCount, formatDuration } from "./table.ts"

interface TaskProgress {
  /** What had to be asked. */
  readonly missing: ReadonlyArray<TimeRange>
  /** Everything missing before this time is done. */
  doneUntil: number
  rows: number
}

/** Shows how a populate run gets on: one line that renews itself on a terminal, a plain line per batch elsewhere. */
export const populateProgress = (console: Console, now: () => number): ((event: PopulateEvent) => void) => {
  const start = now()
  const tasks = new Map<PopulateTask, TaskProgress>()
  const show = (): void => {
    const all = [...tasks.values()]
    const sum = (pick: (progress: TaskProgress) => number): number =>
      all.reduce((total, one) => total + pick(one), 0)
    const elapsed = now() - start
    const rows = sum((one) => one.rows)
    const share =
      sum((one) => lengthBefore(one.missing, one.doneUntil)) /
      Math.max(
        1,
        sum((one) => lengthBefore(one.missing, Number.POSITIVE_INFINITY)),
      )
    const rate = (rows / Math.max(1, elapsed)) * 1000
    const rest = share > 0 ? `, ${formatDuration((elapsed / share) * (1 - share))} left` : ""
    const line = `${(share * 100).toFixed(0).padStart(3)} %  ${formatCount(rows)} bars  ${formatCount(Math.round(rate))}/s${rest}`
    console.status(line.slice(0, console.columns - 1))
  }
  return (event) => {
    const name = `${event.task.instrument.symbol} ${event.task.timeframe}`
    switch (event._tag) {
      case "TaskPlanned":
        tasks.set(event.task, { missing: event.missing, doneUntil: Number.NEGATIVE_INFINITY, rows: 0 })
        break
      case "BatchCommitted": {
        const progress = tasks.get(event.task)
        if (progress === undefined) break
        progress.rows += event.rows
        progress.doneUntil = event.doneUntil
        if (!console.isTerminal)
          console.note(`${name}: ${formatCount(progress.rows)} bars, up to ${isoTime(event.doneUntil)}`)
        break
      }
      case "HistoryRestated":
        console.note(
          `${name}: ${event.provider} has restated its prices by the factor ${event.factor.toPrecision(6)}; fetching all of it anew`,
        )
        break
      case "FellBack":
        console.note(`${name}: ${errorLine(event.error)}; asking ${event.to} instead`)
        break
      case "TaskFinished": {
        const progress = tasks.get(event.task)
        if (progress !== undefined) progress.doneUntil = Number.POSITIVE_INFINITY
        break
      }
    }
    if (console.isTerminal) show()
  }
}

const lengthBefore = (ranges: ReadonlyArray<TimeRange>, time: number): number =>
  ranges.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, time) - from), 0)
