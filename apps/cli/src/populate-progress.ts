import type { TimeRange } from "@barkeep/market-data"
import type { PopulateEvent, PopulateTask } from "@barkeep/populate"
import type { Console } from "./console.ts"
import { makeProgress } from "./progress.ts"
import { errorLine } from "./run-command.ts"
import { formatCount } from "./table.ts"

interface TaskProgress {
  /** What had to be asked. */
  readonly missing: ReadonlyArray<TimeRange>
  /** Everything missing before this time is done. */
  doneUntil: number
  rows: number
}

export interface PopulateProgress {
  readonly onEvent: (event: PopulateEvent) => void
  /** What has been done up to now, for whoever stops the run. */
  readonly soFar: () => string
}

/** Shows how a populate run gets on, and tells what is out of the ordinary. */
export const populateProgress = (console: Console, now: () => number): PopulateProgress => {
  const tasks = new Map<PopulateTask, TaskProgress>()
  const progress = makeProgress(console, now)
  const onEvent = (event: PopulateEvent): void => {
    const name = `${event.task.instrument.symbol} ${event.task.timeframe}`
    const task = tasks.get(event.task)
    switch (event._tag) {
      case "TaskPlanned":
        tasks.set(event.task, { missing: event.missing, doneUntil: Number.NEGATIVE_INFINITY, rows: 0 })
        break
      case "BatchCommitted":
        if (task === undefined) break
        task.rows += event.rows
        task.doneUntil = event.doneUntil
        break
      case "HistoryRestated":
        console.note(
          `${name}: ${event.provider} has restated its prices by the factor ${event.factor.toPrecision(6)}; fetching all of it anew`,
        )
        break
      case "FellBack":
        console.note(`${name}: ${errorLine(event.error)}; asking ${event.to} instead`)
        break
      case "TaskFinished": {
        const { status, provider, rowsAdded, error } = event.outcome
        console.record(`${name}: ${status}, ${formatCount(rowsAdded)} bars from ${provider}`, {
          ...(error === undefined ? {} : { error: errorLine(error) }),
        })
        if (task !== undefined && event.outcome.error === undefined) task.doneUntil = Number.POSITIVE_INFINITY
        break
      }
    }
    progress.update({ ...sumOf([...tasks.values()]), unit: "bars", subject: name })
  }
  return {
    onEvent,
    soFar: () => {
      const all = [...tasks.values()]
      const done = all.filter(({ doneUntil }) => doneUntil === Number.POSITIVE_INFINITY).length
      return `${formatCount(sumOf(all).count)} bars stored; ${formatCount(done)} of ${formatCount(all.length)} entries begun are complete.`
    },
  }
}

/** The share is that of the time asked for, all entries together. */
const sumOf = (tasks: ReadonlyArray<TaskProgress>): { readonly share: number; readonly count: number } => {
  const sum = (pick: (task: TaskProgress) => number): number =>
    tasks.reduce((total, task) => total + pick(task), 0)
  const all = sum(({ missing }) => lengthBefore(missing, Number.POSITIVE_INFINITY))
  const done = sum(({ missing, doneUntil }) => lengthBefore(missing, doneUntil))
  return { share: all === 0 ? 1 : done / all, count: sum(({ rows }) => rows) }
}

const lengthBefore = (ranges: ReadonlyArray<TimeRange>, time: number): number =>
  ranges.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, time) - from), 0)
