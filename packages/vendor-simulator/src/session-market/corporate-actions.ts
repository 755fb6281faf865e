import { type EpochMillis, InvalidInput, isoTime, parseIsoTime } from "@barkeep/market-data"
import { isShareCount, type SessionListing, type SplitRatio } from "./session-listing.ts"
import type { TradingDays } from "./trading-days.ts"

/** Something that happens to a symbol besides trading, from its first session at or after `time` on. */
export type SessionEvent = { readonly symbol: string; readonly time: EpochMillis } & (
  | {
      /** So many new shares for an old one, or for `denominator` old ones: `4`, `[3, 2]`. */
      readonly split: number | readonly [numerator: number, denominator: number]
    }
  | {
      /** Per share, in the shares of that day. */
      readonly dividend: number
    }
)

export interface SplitAction {
  /** Open of the first session in the new shares. */
  readonly time: EpochMillis
  readonly numerator: number
  readonly denominator: number
}

export interface DividendAction {
  /** Open of the first session without the dividend. */
  readonly time: EpochMillis
  /** In the shares of that day. */
  readonly amount: number
}

/** What has happened to one symbol, ascending. */
export interface CorporateActions {
  /** All of them, those of the future too. */
  readonly splits: ReadonlyArray<SplitAction>
  /** Up to and including an instant. */
  readonly dividendsUntil: (time: EpochMillis) => ReadonlyArray<DividendAction>
  /** How many shares of `until` one share of `time` has become: the product of the splits after `time`, up to `until`. */
  readonly shares: (time: EpochMillis, until: EpochMillis) => number
  /** How many shares, in which the listing's price is told, a share of that day is worth. */
  readonly listedShares: (time: EpochMillis) => number
  /** A number of shares that every split divides without a rest. */
  readonly lot: number
}

/** @throws {InvalidInput} when an event is not usable */
export const corporateActions = (
  listing: SessionListing,
  days: TradingDays,
  events: ReadonlyArray<SessionEvent>,
): CorporateActions => {
  for (const event of events) checkEvent(event)
  const sessionFrom = (time: EpochMillis): EpochMillis => days.firstFrom(time)?.open ?? time
  // Finding sessions works out years of the calendar: not before somebody asks.
  let found: Found | undefined
  const find = (): Found => (found ??= findActions(listing, events, days, sessionFrom))
  const shares = (time: EpochMillis, until: EpochMillis): number => productOf(find().splits, time, until)
  const planned = plannedDividends(listing, days, sessionFrom, (time) =>
    productOf(find().listed, time, Number.POSITIVE_INFINITY),
  )
  return {
    get splits() {
      return find().splits
    },
    shares,
    listedShares: (time) =>
      shares(time, Number.POSITIVE_INFINITY) /
      productOf(find().added, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY),
    lot: [...(listing.splits ?? []), ...events.flatMap((event) => splitOf(event) ?? [])].reduce(
      (product, { denominator }) => product * denominator,
      1,
    ),
    dividendsUntil: (time) =>
      [...planned(time), ...find().dividends]
        .filter((dividend) => dividend.time <= time)
        .toSorted((a, b) => a.time - b.time),
  }
}

interface Found {
  /** Of the listing, added ones, and both, ascending. */
  readonly listed: ReadonlyArray<SplitAction>
  readonly added: ReadonlyArray<SplitAction>
  readonly splits: ReadonlyArray<SplitAction>
  /** Added ones. */
  readonly dividends: ReadonlyArray<DividendAction>
}

const findActions = (
  listing: SessionListing,
  events: ReadonlyArray<SessionEvent>,
  days: TradingDays,
  sessionFrom: (time: EpochMillis) => EpochMillis,
): Found => {
  const listed = (listing.splits ?? []).map(({ date, numerator, denominator }) => ({
    time: sessionFrom(days.midnightOf(dateNumber(date))),
    numerator,
    denominator,
  }))
  const added = events.flatMap((event) => {
    const ratio = splitOf(event)
    return ratio === undefined ? [] : [{ time: sessionFrom(event.time), ...ratio }]
  })
  return {
    listed,
    added,
    splits: [...listed, ...added].toSorted((a, b) => a.time - b.time),
    dividends: events.flatMap((event) =>
      "dividend" in event ? [{ time: sessionFrom(event.time), amount: event.dividend }] : [],
    ),
  }
}

const splitOf = (event: SessionEvent): SplitRatio | undefined => {
  if (!("split" in event)) return undefined
  const [numerator, denominator] = typeof event.split === "number" ? [event.split, 1] : event.split
  return { numerator, denominator }
}

/** The product of the splits after `time`, up to `until`. */
const productOf = (splits: ReadonlyArray<SplitAction>, time: EpochMillis, until: EpochMillis): number => {
  let product = { numerator: 1, denominator: 1 }
  for (const split of splits)
    if (split.time > time && split.time <= until)
      product = {
        numerator: product.numerator * split.numerator,
        denominator: product.denominator * split.denominator,
      }
  return product.numerator / product.denominator
}

/** The dividends of a listing's plan up to the year of an instant, worked out a year at a time. */
const plannedDividends = (
  { dividends: plan, listedAt }: SessionListing,
  days: TradingDays,
  sessionFrom: (time: EpochMillis) => EpochMillis,
  finalShares: (time: EpochMillis) => number,
): ((time: EpochMillis) => ReadonlyArray<DividendAction>) => {
  if (plan === undefined) return () => []
  const since = Math.max(listedAt, parseIsoTime(`${plan.since}T00:00:00Z`))
  const found: Array<DividendAction> = []
  let nextYear = Number(isoTime(since).slice(0, 4))
  return (time) => {
    for (; nextYear <= Number(isoTime(time).slice(0, 4)); nextYear += 1)
      for (const month of plan.months) {
        const date = dateNumber(`${nextYear}-${twoDigits(month)}-${twoDigits(plan.day)}`)
        const paid = sessionFrom(days.midnightOf(date))
        if (paid >= since) found.push({ time: paid, amount: plan.amount * finalShares(paid) })
      }
    return found
  }
}

const checkEvent = (event: SessionEvent): void => {
  const wrong = (name: string, value: unknown, expected: string): never => {
    throw new InvalidInput({ field: `events: ${event.symbol}.${name}`, value, expected })
  }
  if (!Number.isSafeInteger(event.time)) wrong("time", event.time, "epoch milliseconds")
  if ("split" in event) {
    const sides = typeof event.split === "number" ? [event.split, 1] : event.split
    if (sides.length !== 2 || !sides.every(isShareCount))
      wrong("split", String(event.split), "a whole number from 1 to 10000, or two of them")
  } else if (!(event.dividend > 0 && Number.isFinite(event.dividend)))
    wrong("dividend", event.dividend, "a positive amount, or give a split")
}

const dateNumber = (text: string): number => parseIsoTime(`${text}T00:00:00Z`) / 86_400_000
const twoDigits = (value: number): string => String(value).padStart(2, "0")
