import { nominalMillis, type Timeframe, type TimeRange } from "@barkeep/market-data"
import type { PopulateEvent, PopulateTask } from "@barkeep/populate"
import type { Console } from "./console.ts"
import { makeProgress } from "./progress.ts"
import { errorLine } from "./run-command.ts"
import { formatCount } from "./table.ts"

interface TaskProgress {
  readonly timeframe: Timeframe
  /** What has to be asked; all that is wanted before the task was planned. */
  missing: ReadonlyArray<TimeRange>
  /** Everything missing before this time is done. */
  doneUntil: number
  rows: number
}

export interface PopulateProgress {
  readonly onEvent: (event: PopulateEvent) => void
  /** What has been done up to now, for whoever stops the run. */
  readonly soFar: () => string
}

/**
 * Shows how a populate run gets on, and tells what is out of the ordinary. `planned` are the tasks that are known before they
 * begin, so that the share is that of the whole run.
 */
export const populateProgress = (
  console: Console,
  now: () => number,
  planned: ReadonlyArray<PopulateTask> = [],
): PopulateProgress => {
  const tasks = new Map(planned.map((task) => [task, toProgress(task)]))
  const progress = makeProgress(console, now)
  const onEvent = (event: PopulateEvent): void => {
    const name = `${event.task.instrument.symbol} ${event.task.timeframe}`
    const task = tasks.get(event.task) ?? toProgress(event.task)
    tasks.set(event.task, task)
    switch (event._tag) {
      case "TaskPlanned":
        task.missing = event.missing
        break
      case "BatchCommitted":
        task.rows += event.rows
        task.doneUntil = event.doneUntil
        break
      case "HistoryRestated":
        console.note(
          `${name}: ${event.provider} has restated its prices by the factor ${event.factor.toPrecision(6)}; fetching all of it anew`,
        )
        task.missing = [event.task.range]
        task.doneUntil = Number.NEGATIVE_INFINITY
        break
      case "FellBack":
        console.note(`${name}: ${errorLine(event.error)}; asking ${event.to} instead`)
        break
      case "TaskFinished": {
        const { status, provider, rowsAdded, error } = event.outcome
        console.record(`${name}: ${status}, ${formatCount(rowsAdded)} bars from ${provider}`, {
          ...(error === undefined ? {} : { error: errorLine(error) }),
        })
        if (error === undefined) task.doneUntil = Number.POSITIVE_INFINITY
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
      return `${formatCount(sumOf(all).count)} bars stored; ${formatCount(done)} of ${formatCount(all.length)} entries are complete.`
    },
  }
}

const toProgress = ({ timeframe, range }: PopulateTask): TaskProgress => ({
  timeframe,
  missing: [range],
  doneUntil: Number.NEGATIVE_INFINITY,
  rows: 0,
})

/** The share is that of the bars there could be, all entries together: a day of minutes counts more than a day. */
const sumOf = (tasks: ReadonlyArray<TaskProgress>): { readonly share: number; readonly count: number } => {
  const sum = (pick: (task: TaskProgress) => number): number =>
    tasks.reduce((total, task) => total + pick(task), 0)
  const all = sum((task) => barsBefore(task, Number.POSITIVE_INFINITY))
  const done = sum((task) => barsBefore(task, task.doneUntil))
  return { share: all === 0 ? 1 : done / all, count: sum(({ rows }) => rows) }
}

const barsBefore = ({ missing, timeframe }: TaskProgress, time: number): number =>
  missing.reduce((millis, { from, to }) => millis + Math.max(0, Math.min(to, time) - from), 0) /
  nominalMillis(timeframe)
