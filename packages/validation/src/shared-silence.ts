import { firstRowAtOrAfter, type TimeRange } from "@barkeep/market-data"

/** Another symbol of the same venue, around the time of a gap. */
export interface Witness {
  readonly symbol: string
  /** Its rows in a range that reaches a good way beyond the gap on both sides. */
  readonly openTime: Float64Array
  /** The open times that its timeframe asks for in that range. */
  readonly expected: Float64Array
}

export interface SharedSilence {
  /** Symbols that have bars before and after the gap, and none in it. */
  readonly silent: ReadonlyArray<string>
  readonly evidence: string
}

/** Silence of all witnesses together must be less likely than this to be no accident. */
const improbable = 1e-3

/**
 * Tells whether a gap is shared by all witnesses that traded around it, and could not be so by accident. A witness
 * with a bar inside the gap settles it: the venue was up. Each silent witness is as strong as its own trading is
 * dense: a bar that is absent with probability `q` around the gap is silent for `n` bars with probability `q^n`.
 */
export const findSharedSilence = (
  gap: TimeRange,
  witnesses: ReadonlyArray<Witness>,
): SharedSilence | undefined => {
  const silent: Array<string> = []
  let likelihood = 0
  for (const witness of witnesses) {
    const inside = countIn(witness.expected, gap)
    const first = firstRowAtOrAfter(witness.openTime, gap.from)
    const end = firstRowAtOrAfter(witness.openTime, gap.to)
    if (end > first) return undefined
    const hasBothSides = first > 0 && end < witness.openTime.length
    if (inside === 0 || !hasBothSides) continue
    const around = witness.expected.length - inside
    const absent = Math.max(0, around - witness.openTime.length)
    likelihood += inside * Math.log((absent + 0.5) / (around + 1))
    silent.push(witness.symbol)
  }
  if (silent.length === 0 || likelihood > Math.log(improbable)) return undefined
  return { silent, evidence: evidenceOf(silent) }
}

const countIn = (times: Float64Array, range: TimeRange): number =>
  firstRowAtOrAfter(times, range.to) - firstRowAtOrAfter(times, range.from)

const evidenceOf = (silent: ReadonlyArray<string>): string => {
  const named = silent.slice(0, 5).join(", ")
  const more = silent.length > 5 ? ` and ${silent.length - 5} more` : ""
  return `${named}${more} ${silent.length === 1 ? "is" : "are"} silent at the same time`
}
