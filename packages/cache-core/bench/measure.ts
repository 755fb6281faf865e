/** One thing to measure. `run` may return how much CPU and time it took when another process did the work. */
export interface Case {
  readonly name: string
  readonly run: () => unknown
  /** Done before each run, not measured. */
  readonly prepare?: () => unknown
}

/** What another process says of its own work. */
export interface ForeignCost {
  readonly cpuMillis: number
  readonly wallMillis: number
}

export interface Timing {
  readonly name: string
  /** CPU time of all threads, user and system; medians over the rounds. */
  readonly cpuMillis: number
  readonly wallMillis: number
  readonly cpuLeast: number
  readonly rounds: number
}

const isForeignCost = (value: unknown): value is ForeignCost =>
  typeof value === "object" && value !== null && "cpuMillis" in value && "wallMillis" in value

/**
 * Runs every case once per round, in another order each time, so that a busy moment of the machine hits all
 * of them alike; the first round warms up and does not count.
 */
export const measure = async (
  cases: ReadonlyArray<Case>,
  rounds: number,
  random: () => number,
): Promise<ReadonlyArray<Timing>> => {
  const costs = new Map<string, Array<ForeignCost>>(cases.map(({ name }) => [name, []]))
  for (let round = 0; round <= rounds; round += 1)
    for (const each of shuffled(cases, random)) {
      await each.prepare?.()
      const cost = await costOf(each)
      if (round > 0) costs.get(each.name)?.push(cost)
    }
  return cases.map(({ name }) => {
    const all = costs.get(name) ?? []
    const cpu = all.map((cost) => cost.cpuMillis)
    return {
      name,
      cpuMillis: median(cpu),
      wallMillis: median(all.map((cost) => cost.wallMillis)),
      cpuLeast: Math.min(...cpu),
      rounds,
    }
  })
}

const costOf = async (each: Case): Promise<ForeignCost> => {
  const cpu = process.cpuUsage()
  const wall = performance.now()
  const result = await each.run()
  const wallMillis = performance.now() - wall
  const { user, system } = process.cpuUsage(cpu)
  return isForeignCost(result) ? result : { cpuMillis: (user + system) / 1000, wallMillis }
}

const shuffled = <A>(items: ReadonlyArray<A>, random: () => number): ReadonlyArray<A> => {
  const result = [...items]
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = Math.floor(random() * (index + 1))
    const held = result[index] as A
    result[index] = result[other] as A
    result[other] = held
  }
  return result
}

const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}
