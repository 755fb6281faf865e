import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { groupWindows } from "../src/group-windows.ts"

const day = 24
const task = (from: number, to: number) => ({ window: { from, to } })

/** A vendor that gives `page` hours a call. */
const pages =
  (page: number) =>
  ({ from, to }: { from: number; to: number }): number =>
    Math.ceil((to - from) / page)

/** A vendor that gives files of whole months of 30 days. */
const files = ({ from, to }: { from: number; to: number }): number =>
  Math.floor((to - 1) / (30 * day)) - Math.floor(from / (30 * day)) + 1

describe("grouping gaps into questions", () => {
  it("asks once for gaps that one page holds, and twice for those that two pages hold as well as one question would", () => {
    const tasks = [task(0, 50), task(100, 150), task(400, 450), task(5000, 5050)]
    expect(groupWindows(tasks, pages(1000)).map(({ range, tasks: found }) => [range, found.length])).toEqual([
      [{ from: 0, to: 450 }, 3],
      [{ from: 5000, to: 5050 }, 1],
    ])
  })

  it("asks for a month's file once, however many gaps are in it", () => {
    const tasks = Array.from({ length: 60 }, (_, index) => task(index * day, index * day + 5))
    const groups = groupWindows(tasks, files)
    expect(groups.reduce((sum, { range }) => sum + files(range), 0)).toBe(2)
  })

  it("asks once where one call gives the whole history", () => {
    const tasks = Array.from({ length: 5 }, (_, index) => task(index * 9000, index * 9000 + 10))
    expect(groupWindows(tasks, () => 1)).toHaveLength(1)
  })

  it("never costs more than one question for each gap, and loses no gap", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 1, max: 300 })), {
          maxLength: 40,
        }),
        fc.constantFrom(pages(100), pages(1000), files),
        (windows, callsOf) => {
          const tasks = windows
            .map(([from, length]) => task(from, from + length))
            .toSorted((a, b) => a.window.from - b.window.from)
          const groups = groupWindows(tasks, callsOf)
          expect(groups.flatMap((group) => group.tasks)).toEqual(tasks)
          for (const { range, tasks: members } of groups)
            for (const { window } of members)
              expect(range.from <= window.from && range.to >= window.to).toBe(true)
          const sum = (ranges: ReadonlyArray<{ from: number; to: number }>): number =>
            ranges.reduce((total, range) => total + callsOf(range), 0)
          expect(sum(groups.map(({ range }) => range))).toBeLessThanOrEqual(
            sum(tasks.map(({ window }) => window)),
          )
        },
      ),
    )
  })
})
