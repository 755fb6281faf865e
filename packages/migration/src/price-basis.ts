import {
  type Adjustment,
  type Anchor,
  type Bars,
  barCount,
  isIntraday,
  nominalMillis,
  type Timeframe,
} from "@barkeep/market-data"
import { lengthText } from "./civil.ts"
import { vendorOf } from "./providers.ts"
import { comparePrices, findSplitJump, type PriceRelation, splitRatio } from "./compare-prices.ts"

/** What is known of a source before its prices are compared with others. Preferred sources come first. */
export interface BasisCandidate {
  readonly provider: string
  /** Ascending. */
  readonly bars: Bars
  readonly anchor: Anchor | undefined
  /** The adjustment that its provider's convention or its entry's metadata makes certain, with the reason. */
  readonly known: { readonly adjustment: Adjustment | "unknown"; readonly why: string } | undefined
  /** What the user says of its provider's prices; counts where neither `known` nor the prices tell. */
  readonly stated?: Adjustment
}

/** Which sources may share an entry, and why the others may not. */
export interface BasisDecision {
  readonly adjustment: Adjustment | "unknown"
  /** For people: what decided the adjustment. */
  readonly evidence: string
  readonly anchor: Anchor | undefined
  /** For each candidate: why its rows may not stand in the entry; `undefined` for those that may. */
  readonly excluded: ReadonlyArray<string | undefined>
}

/**
 * Decides which price basis the entry gets: that of the first candidate. Others join it when their prices agree where
 * both have bars, when the adjustment of both is certain and the same, or when they are other years of one provider whose
 * prices go on where the ones before ended. A constant factor or a changing one, another anchor, or nothing to compare
 * keeps a source out: two bases never stand in one entry.
 */
export const decideBasis = (
  candidates: ReadonlyArray<BasisCandidate>,
  timeframe: Timeframe,
): BasisDecision => {
  const lags = lagsOf(timeframe)
  const relations = candidates.map((a, i) =>
    candidates.map((b, j): PriceRelation =>
      i < j ? comparePrices(a.bars, b.bars, a.provider === b.provider ? [] : lags) : { kind: "apart" },
    ),
  )
  const relation = (i: number, j: number): PriceRelation =>
    (i < j ? relations[i]?.[j] : invert(relations[j]?.[i])) ?? { kind: "apart" }
  const proven = candidates.map((candidate) => candidate.known ?? jumpEvidence(candidate.bars))
  const adjustments = candidates.map((candidate, index) => proven[index] ?? statement(candidate))
  const members = [0]
  let rest = candidates.slice(1).map((_, index) => index + 1)
  const mayJoin = (index: number): boolean => {
    const links = new Set(
      members.map((member) => link(candidates, adjustments, member, index, relation(member, index))),
    )
    return links.has("joins") && !links.has("separate")
  }
  // Each source that joins may be what the next one can be compared with.
  for (;;) {
    const joining = rest.find(mayJoin)
    if (joining === undefined) break
    members.push(joining)
    rest = rest.filter((index) => index !== joining)
  }
  const decided =
    decideAdjustment(candidates, proven, members, rest, relation) ??
    firstKnown(candidates, adjustments, members) ??
    nothingTells
  return {
    ...decided,
    anchor: members.map((index) => candidates[index]?.anchor).find((anchor) => anchor !== undefined),
    excluded: candidates.map((_, index) =>
      members.includes(index)
        ? undefined
        : whyExcluded(candidates, adjustments, members, index, relation, decided.adjustment),
    ),
  }
}

/** By how much a wrong zone can shift bars: half-hours up to 14 hours, of days one day. */
const lagsOf = (timeframe: Timeframe): ReadonlyArray<number> => {
  const step = isIntraday(timeframe) ? Math.max(30 * 60_000, nominalMillis(timeframe)) : nominalMillis("1d")
  const most = isIntraday(timeframe) ? 14 * 3_600_000 : step
  return Array.from({ length: Math.floor(most / step) }, (_, index) => (index + 1) * step).flatMap((lag) => [
    lag,
    -lag,
  ])
}

type Known = BasisCandidate["known"]
type Relation = (i: number, j: number) => PriceRelation

const jumpEvidence = (bars: Bars): Known => {
  const jump = findSplitJump(bars)
  return jump === undefined
    ? undefined
    : {
        adjustment: "none",
        why: `the price jumps as at a split (${ratioText(jump.ratio)}), which adjusted prices would not`,
      }
}

const statement = ({ stated }: BasisCandidate): Known =>
  stated === undefined ? undefined : { adjustment: stated, why: "stated by the user" }

const figure = (value: number): string => String(Number(value.toPrecision(6)))

const ratioText = (ratio: number): string => (ratio >= 1 ? `${ratio}:1` : `1:${Math.round(1 / ratio)}`)

const invert = (relation: PriceRelation | undefined): PriceRelation | undefined =>
  relation?.kind === "factor"
    ? { ...relation, factor: 1 / relation.factor }
    : relation?.kind === "varying"
      ? { ...relation, from: 1 / relation.to, to: 1 / relation.from }
      : relation?.kind === "shifted"
        ? { ...relation, lagMillis: -relation.lagMillis }
        : relation

type Link = "joins" | "separate" | "silent"

const link = (
  candidates: ReadonlyArray<BasisCandidate>,
  adjustments: ReadonlyArray<Known>,
  i: number,
  j: number,
  relation: PriceRelation,
): Link => {
  const [a, b] = [candidates[i] as BasisCandidate, candidates[j] as BasisCandidate]
  if (a.anchor !== undefined && b.anchor !== undefined && a.anchor !== b.anchor) return "separate"
  if (relation.kind === "same") return "joins"
  const [left, right] = [adjustments[i]?.adjustment, adjustments[j]?.adjustment]
  // Two markets of one coin differ by per cents, not by a basis.
  if (relation.kind !== "apart")
    return left === "none" && right === "none" && isNear(relation) ? "joins" : "separate"
  if (left !== undefined && right !== undefined && left !== right) return "separate"
  if (left !== undefined && left !== "unknown" && left === right) return "joins"
  if (vendorOf(a.provider) !== vendorOf(b.provider)) return "silent"
  const border = borderRatio(a.bars, b.bars)
  return border === undefined ? "joins" : "separate"
}

const isNear = (relation: PriceRelation): boolean =>
  relation.kind === "factor"
    ? relation.factor > 0.5 && relation.factor < 2
    : relation.kind === "varying" && relation.from > 0.5 && relation.to < 2

const neighbourMillis = 15 * 86_400_000

/** The split that seems to lie between two neighbouring years of one provider. */
const borderRatio = (a: Bars, b: Bars): number | undefined => {
  if (barCount(a) === 0 || barCount(b) === 0) return undefined
  const [earlier, later] = (a.openTime[0] as number) <= (b.openTime[0] as number) ? [a, b] : [b, a]
  const gap = (later.openTime[0] as number) - (earlier.openTime.at(-1) as number)
  if (gap < 0 || gap > neighbourMillis) return undefined
  return splitRatio(earlier.close.at(-1) as number, later.open[0] as number)
}

type Decided = Pick<BasisDecision, "adjustment" | "evidence">

const nothingTells: Decided = {
  adjustment: "unknown",
  evidence: "nothing in the data or its metadata tells which corporate actions the prices are adjusted for",
}

const firstKnown = (
  candidates: ReadonlyArray<BasisCandidate>,
  adjustments: ReadonlyArray<Known>,
  members: ReadonlyArray<number>,
): Decided | undefined => {
  for (const index of members) {
    const known = adjustments[index]
    if (known !== undefined)
      return { adjustment: known.adjustment, evidence: `${candidates[index]?.provider}: ${known.why}` }
  }
  return undefined
}

/** What is proven of the members, or follows from how their prices stand to unadjusted ones. */
const decideAdjustment = (
  candidates: ReadonlyArray<BasisCandidate>,
  proven: ReadonlyArray<Known>,
  members: ReadonlyArray<number>,
  rest: ReadonlyArray<number>,
  relation: Relation,
): Decided | undefined => {
  const known = firstKnown(candidates, proven, members)
  if (known !== undefined) return known
  for (const other of rest) {
    if (proven[other]?.adjustment !== "none") continue
    const provider = candidates[other]?.provider as string
    for (const index of members) {
      const found = relation(other, index)
      const own = candidates[index]?.provider as string
      if (found.kind === "factor")
        return {
          adjustment: "splits",
          evidence: `prices of ${own} are those of ${provider}, which are unadjusted, times ${figure(found.factor)} on ${found.rows} bars`,
        }
      if (found.kind === "varying")
        return {
          adjustment: "splits-and-dividends",
          evidence: `prices of ${own} are those of ${provider}, which are unadjusted, times ${figure(found.from)} to ${figure(found.to)}`,
        }
    }
  }
  return undefined
}

const whyExcluded = (
  candidates: ReadonlyArray<BasisCandidate>,
  adjustments: ReadonlyArray<Known>,
  members: ReadonlyArray<number>,
  index: number,
  relation: Relation,
  adjustment: Adjustment | "unknown",
): string => {
  const own = candidates[index] as BasisCandidate
  for (const member of members) {
    const other = candidates[member] as BasisCandidate
    const found = relation(member, index)
    if (found.kind === "factor")
      return `another price basis: ${figure(found.factor)} times the prices of ${other.provider} on ${found.rows} bars`
    if (found.kind === "varying")
      return `another price basis: ${figure(found.from)} to ${figure(found.to)} times the prices of ${other.provider}`
    if (found.kind === "shifted")
      return `its bars are those of ${other.provider} ${lengthText(Math.abs(found.lagMillis))} ${found.lagMillis > 0 ? "later" : "earlier"}: one of them is in another time zone`
    if (own.anchor !== undefined && other.anchor !== undefined && own.anchor !== other.anchor)
      return `bars start ${own.anchor === "clock" ? "at full hours" : "at the open"}, those of the entry do not`
  }
  const known = adjustments[index]?.adjustment ?? "unknown"
  return known === "unknown" || adjustment === "unknown"
    ? `nothing shows that the prices have the basis of the entry's: adjusted for "${known}", the entry for "${adjustment}"`
    : `another price basis: adjusted for "${known}", the entry for "${adjustment}"`
}
