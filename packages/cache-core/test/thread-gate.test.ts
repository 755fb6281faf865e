import { expect, it } from "vitest"
import { makeThreadGate, type ThreadGate } from "../src/codec/thread-gate.ts"

const year = 525_600

/** Works off years at a cost for each way; says which way each was done. */
const work = (gate: ThreadGate, years: number, alone: number, together: number): string =>
  Array.from({ length: years }, () => {
    const isOpen = gate.isOpen(year)
    gate.note(isOpen ? "together" : "alone", year, isOpen ? together : alone)
    return isOpen ? "t" : "a"
  }).join("")

it("starts no threads for a process that reads one year, and uses them for one that reads many", () => {
  expect(work(makeThreadGate(2), 6, 200, 110)).toBe("attttt")
})

it("gives threads up where they gain nothing, and tries again ever more rarely", () => {
  // The first try pays for the start of the threads and does not count.
  expect(work(makeThreadGate(2), 40, 200, 200)).toBe(
    `att${"a".repeat(4)}t${"a".repeat(8)}t${"a".repeat(16)}taaaaaa`,
  )
})

it("comes back to threads when the machine has become idle", () => {
  const gate = makeThreadGate(2)
  work(gate, 3, 200, 250)
  expect(work(gate, 10, 200, 110)).toBe("aaaatttttt")
})

it("stays shut for little work and for one core", () => {
  expect(Array.from({ length: 100 }, () => makeThreadGate(8).isOpen(50_000))).not.toContain(true)
  const gate = makeThreadGate(8)
  expect(Array.from({ length: 1000 }, () => gate.isOpen(50_000))).not.toContain(true)
  expect(work(makeThreadGate(1), 10, 200, 110)).toBe("aaaaaaaaaa")
})
