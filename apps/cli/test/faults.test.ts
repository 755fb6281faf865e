import type { Fault, FaultRule } from "@barkeep/vendor-simulator"
import { describe, expect, it, vi } from "vitest"
import { exitCodeOfReport } from "../src/populate-output.ts"
import { allFaults, menuOf, nameOf, type Target, targets } from "./fault-menu.ts"
import { clock, complaintsOf, fillRight, type Judged, newStore, now, runOnce } from "./fault-runs.ts"

/** Every kind at 10 % of all requests, drawn again and again, takes minutes: it is asked for by name. */
const isCampaign = process.env["BARKEEP_FAULTS"] !== undefined
vi.setConfig({ testTimeout: isCampaign ? 3_600_000 : 600_000 })

interface KindResult {
  fired: number
  runs: number
  /** Runs that ended with each code. */
  readonly codes: { [code: number]: number }
  readonly violations: Array<string>
}

/** Runs with these rules one after another on one store, then one without, each judged. */
const judgeRuns = async (
  target: Target,
  rounds: ReadonlyArray<ReadonlyArray<FaultRule>>,
  judged: Judged,
  result: KindResult,
  firedOf: (fired: { readonly [fault: string]: number }) => number,
): Promise<void> => {
  // For each store; between the runs on one it only goes on.
  clock.set(now)
  for (const [round, rules] of [...rounds, []].entries()) {
    const run = await runOnce(target, rules, judged.store)
    const code = exitCodeOfReport(run.report, [])
    result.runs += 1
    result.fired += firedOf(run.fired)
    result.codes[code] = (result.codes[code] ?? 0) + 1
    const complaints = [...(await complaintsOf(run, judged))]
    if (code === 4) complaints.push("ended with 4")
    // Without faults nothing is left to be asked again.
    if (rules.length === 0 && code !== 0) complaints.push(`ended with ${code} without faults`)
    result.violations.push(...complaints.map((complaint) => `round ${round + 1}: ${complaint}`))
  }
}

const newResult = (): KindResult => ({ fired: 0, runs: 0, codes: {}, violations: [] })

const isRepublished = (faults: ReadonlyArray<Fault>): boolean =>
  faults.some(({ type }) => type === "republished-file")

/** A rule that asks for nothing moves those after it to other draws. */
const shiftedBy = (count: number, rule: FaultRule): ReadonlyArray<FaultRule> => [
  ...Array.from({ length: count }, (): FaultRule => ({ match: { vendor: "nobody" }, fault: rule.fault })),
  rule,
]

/** One kind: hit often enough to fire at once, or, in a campaign, at 10 % by other draws until it has fired three times. */
const judgeKind = async (target: Target, fault: Fault, right: Judged["right"]): Promise<KindResult> => {
  const result = newResult()
  const attempts: ReadonlyArray<ReadonlyArray<ReadonlyArray<FaultRule>>> = isCampaign
    ? Array.from({ length: 40 }, (_, draw) =>
        [0, 1].map((round) => shiftedBy(2 * draw + round, { probability: 0.1, fault })),
      )
    : [[[{ every: 2, fault }]], [[{ fault, times: 8 }]]]
  for (const rounds of attempts) {
    if (result.fired >= (isCampaign ? 3 : 1)) break
    const store = await newStore()
    const judged = { right, store, named: [], isRepublished: isRepublished([fault]) }
    await judgeRuns(target, rounds, judged, result, (fired) => fired[fault.type] ?? 0)
    await store.close()
  }
  return result
}

const show = (target: Target, name: string, { fired, runs, codes, violations }: KindResult): string =>
  `${target.name} | ${name} | fired ${fired} | runs ${runs} | ended ${Object.entries(codes)
    .map(([code, count]) => `${count}x ${code}`)
    .join(", ")} | violations ${violations.length}\n`

describe.each(targets)("with faults on the way, $name", (target) => {
  const menu = menuOf(target)

  it("of each kind by itself, stores nothing wrong, names what is missing with code 3, and ends up as without", async () => {
    const right = await fillRight(target)
    const problems: Array<string> = []
    for (const fault of menu) {
      const result = await judgeKind(target, fault, right)
      if (isCampaign) process.stdout.write(show(target, nameOf(fault), result))
      if (result.fired === 0) problems.push(`${nameOf(fault)} never fired`)
      problems.push(...result.violations.map((violation) => `${nameOf(fault)}, ${violation}`))
    }
    expect(problems).toEqual([])
  })

  it("of all kinds together, each at 10 %, does so too", async () => {
    const right = await fillRight(target)
    const result = newResult()
    const seen = new Set<string>()
    for (let draw = 0; draw < (isCampaign ? 12 : 1); draw += 1) {
      const store = await newStore()
      // What a rule draws depends on its place: in another order the faults hit other requests.
      const rounds = [0, 1, 2].map((round) =>
        menu.map((_fault, index): FaultRule => ({
          probability: 0.1,
          fault: menu[(index + 5 * (3 * draw + round)) % menu.length] as Fault,
        })),
      )
      const judged = { right, store, named: [], isRepublished: isRepublished(menu) }
      await judgeRuns(target, rounds, judged, result, (fired) => {
        for (const name of Object.keys(fired)) seen.add(name)
        return Object.values(fired).reduce((sum, times) => sum + times, 0)
      })
      await store.close()
    }
    if (isCampaign) process.stdout.write(show(target, `all together (${seen.size} types)`, result))
    expect(result.violations).toEqual([])
    expect(seen.size).toBeGreaterThan(3)
  })

  it("has a reason for every kind that it is not asked to stand", () => {
    const types = new Set<string>(allFaults.flatMap((fault) => [fault.type, nameOf(fault)]))
    expect(Object.keys(target.without).filter((name) => !types.has(name))).toEqual([])
    expect(Object.values(target.without).filter((reason) => reason.length < 10)).toEqual([])
  })
})
