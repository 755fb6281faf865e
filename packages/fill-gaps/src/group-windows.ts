import type { TimeRange } from "@barkeep/market-data"

/** Neighbouring gaps that one question to a donor is about. */
export interface WindowGroup<Task> {
  readonly range: TimeRange
  readonly tasks: ReadonlyArray<Task>
}

/**
 * Groups gaps so that few calls answer them: neighbours share a question as long as one question for both costs fewer
 * calls than two, or as many and the two overlap. Pure.
 * @param tasks ascending by the start of their windows
 * @param callsOf how many calls a question for that range makes
 */
export const groupWindows = <Task extends { readonly window: TimeRange }>(
  tasks: ReadonlyArray<Task>,
  callsOf: (range: TimeRange) => number,
): ReadonlyArray<WindowGroup<Task>> => {
  const groups: Array<WindowGroup<Task> & { readonly calls: number }> = []
  for (const task of tasks) {
    const calls = callsOf(task.window)
    const last = groups.at(-1)
    if (last !== undefined) {
      const range = {
        from: Math.min(last.range.from, task.window.from),
        to: Math.max(last.range.to, task.window.to),
      }
      const joined = callsOf(range)
      const touches = task.window.from <= last.range.to
      if (joined < last.calls + calls || (touches && joined === last.calls + calls)) {
        groups[groups.length - 1] = { range, tasks: [...last.tasks, task], calls: joined }
        continue
      }
    }
    groups.push({ range: task.window, tasks: [task], calls })
  }
  return groups.map(({ range, tasks: members }) => ({ range, tasks: members }))
}
