/** What one year, or one entry, has of each kind of defect, in rows. */
export interface Tally {
  /** Bars that the calendar asks for, without those before listing, after delisting or that nobody offers. */
  readonly expected: number
  /** Absent bars that no fact from outside these bars excuses. */
  readonly missing: number
  readonly unsound: number
  readonly conflictingDuplicates: number
  readonly duplicates: number
  readonly outOfOrder: number
  /** Rows off the grid, in closed sessions or of another year. */
  readonly stray: number
  readonly otherBasis: number
  readonly jumps: number
  readonly stale: number
  readonly zeroVolume: number
}

export const emptyTally: Tally = {
  expected: 0,
  missing: 0,
  unsound: 0,
  conflictingDuplicates: 0,
  duplicates: 0,
  outOfOrder: 0,
  stray: 0,
  otherBasis: 0,
  jumps: 0,
  stale: 0,
  zeroVolume: 0,
}

export const addTally = (a: Tally, b: Tally): Tally => ({
  expected: a.expected + b.expected,
  missing: a.missing + b.missing,
  unsound: a.unsound + b.unsound,
  conflictingDuplicates: a.conflictingDuplicates + b.conflictingDuplicates,
  duplicates: a.duplicates + b.duplicates,
  outOfOrder: a.outOfOrder + b.outOfOrder,
  stray: a.stray + b.stray,
  otherBasis: a.otherBasis + b.otherBasis,
  jumps: a.jumps + b.jumps,
  stale: a.stale + b.stale,
  zeroVolume: a.zeroVolume + b.zeroVolume,
})

/**
 * What one row of each defect costs, in bars. A row's possible costs together stay at or below that of its absence,
 * so that losing a bad-looking bar is never better than having it.
 */
export const scoreWeights = {
  completeness: 1,
  soundness: 1,
  agreement: 1,
  uniqueness: 0.25,
  order: 0.25,
  alignment: 0.5,
  basis: 0.2,
  continuity: 0.25,
  movement: 0.1,
  volume: 0.1,
} as const

export type ScoreComponent = keyof typeof scoreWeights

/** 1 without the defect, falling with the share of expected bars that have it. */
export type ScoreComponents = { readonly [name in ScoreComponent]: number }

export interface Score {
  /** 0 to 1; about the share of expected bars that are there and beyond doubt. Exactly 1 only without any defect. */
  readonly value: number
  readonly components: ScoreComponents
}

const tallied: { readonly [name in ScoreComponent]: Exclude<keyof Tally, "expected"> } = {
  completeness: "missing",
  soundness: "unsound",
  agreement: "conflictingDuplicates",
  uniqueness: "duplicates",
  order: "outOfOrder",
  alignment: "stray",
  basis: "otherBasis",
  continuity: "jumps",
  movement: "stale",
  volume: "zeroVolume",
}

/**
 * The quality score: `1 - sum(weight * share of expected bars with the defect)`, not below 0.
 *
 * It never rises with a defect more. Therefore only facts from outside the bars excuse an absent bar (the calendar,
 * a venue's known outages, halts, listing dates, a provider's word that it has nothing). What is concluded from the
 * bars themselves (`thin`, an inferred outage) explains a gap and keeps it from being filled, but costs like any other:
 * else losing more bars could look like a thin market and raise the score.
 */
export const toScore = (tally: Tally): Score => {
  const expected = Math.max(1, tally.expected)
  const names = Object.keys(scoreWeights) as ReadonlyArray<ScoreComponent>
  const share = (name: ScoreComponent): number => Math.min(1, tally[tallied[name]] / expected)
  const components = Object.fromEntries(names.map((name) => [name, 1 - share(name)])) as ScoreComponents
  const loss = names.reduce((sum, name) => sum + scoreWeights[name] * share(name), 0)
  return { value: Math.max(0, 1 - loss), components }
}

/** A score with four decimals, rounded down: only 1 itself shows as `1.0000`. */
export const scoreText = (score: number): string => (Math.floor(score * 10_000) / 10_000).toFixed(4)
