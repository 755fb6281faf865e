import { type AssetClass, type Instrument, InvalidInput } from "@barkeep/market-data"
import type { Classification, Evidence } from "./classification.ts"
import { alwaysOpen, fxHours, timeZoneOfMarket, usListing } from "./exchanges.ts"
import { findOverride, type TickerOverride, type TickerOverrides } from "./overrides.ts"
import { evidence, type Reading } from "./reading.ts"
import { isSafeTicker } from "./read-ticker.ts"

/** A reading after the user's word. */
export interface Overridden extends Pick<
  Classification,
  "instrument" | "certainty" | "evidence" | "provider"
> {
  /** True when the instrument itself is another than the reading's. */
  readonly isOverridden: boolean
}

/** The reading with the fields of its override; the symbol stays, so that the cache key does. */
export const applyOverride = (
  text: string,
  reading: Reading,
  others: ReadonlyArray<Reading>,
  overrides: TickerOverrides | undefined,
): Overridden => {
  const override = findOverride(overrides, text, reading.instrument.symbol)
  if (override === undefined) return { ...reading, isOverridden: false }
  const { provider } = override
  const instrument = overriddenInstrument(override, reading.instrument, others)
  const isOverridden = !isSameInstrument(instrument, reading.instrument)
  return {
    instrument,
    certainty: isOverridden ? "certain" : reading.certainty,
    evidence: [...describeChanges(override, reading.instrument), ...reading.evidence],
    isOverridden,
    ...(provider === undefined ? {} : { provider }),
  }
}

/**
 * The instrument of a text that only the override can explain: it must say asset class and market. `undefined` for
 * text that no override may let pass.
 */
export const instrumentOfOverride = (
  text: string,
  overrides: TickerOverrides | undefined,
): Omit<Overridden, "isOverridden"> | undefined => {
  const override = overrides?.get(text)
  if (override?.assetClass === undefined || override.market === undefined || !isSafeTicker(text))
    return undefined
  const { assetClass, market, currency, provider } = override
  const timeZone = zoneOf(override, market)
  return {
    instrument: {
      symbol: text,
      assetClass,
      market,
      timeZone,
      ...(currency === undefined ? {} : { currency }),
    },
    certainty: "certain",
    evidence: [evidence("overridden", `the override for ${text} says ${assetClass} on ${market}`)],
    ...(provider === undefined ? {} : { provider }),
  }
}

const overriddenInstrument = (
  override: TickerOverride,
  instrument: Instrument,
  others: ReadonlyArray<Reading>,
): Instrument => {
  const ofClass = withAssetClass(override.assetClass ?? instrument.assetClass, instrument, others)
  const market = override.market ?? ofClass.market
  const timeZone =
    override.market === undefined ? (override.timeZone ?? ofClass.timeZone) : zoneOf(override, market)
  // Prices of a market in another zone are hardly in the currency of the first.
  const currency = override.currency ?? (timeZone === ofClass.timeZone ? ofClass.currency : undefined)
  const { currency: _, ...rest } = ofClass
  return { ...rest, market, timeZone, ...(currency === undefined ? {} : { currency }) }
}

const zoneOf = (override: TickerOverride, market: string): string => {
  const timeZone = override.timeZone ?? timeZoneOfMarket(market)
  if (timeZone !== undefined) return timeZone
  throw new InvalidInput({
    field: "overrides.market",
    value: market,
    expected: "a market whose time zone is known; give timeZone too",
  })
}

const withAssetClass = (
  assetClass: AssetClass,
  instrument: Instrument,
  others: ReadonlyArray<Reading>,
): Instrument => {
  if (assetClass === instrument.assetClass) return instrument
  const { symbol } = instrument
  const sameText = others.find(
    (other) =>
      other.instrument.assetClass === assetClass &&
      `${other.instrument.base}${other.instrument.currency}` === symbol,
  )
  if (sameText !== undefined) return { ...sameText.instrument, symbol }
  if (assetClass === "crypto") return { symbol, assetClass, ...alwaysOpen }
  if (assetClass === "fx") return { symbol, assetClass, ...fxHours }
  const hasPairHours = instrument.market === alwaysOpen.market || instrument.market === fxHours.market
  return hasPairHours ? { symbol, assetClass, ...usListing } : { ...instrument, assetClass }
}

const describeChanges = (override: TickerOverride, before: Instrument): ReadonlyArray<Evidence> =>
  (["assetClass", "market", "timeZone", "currency", "provider"] as const).flatMap((field) => {
    const value = override[field]
    if (value === undefined) return []
    const old = field === "provider" ? undefined : before[field]
    const change = old === undefined || old === value ? "" : ` instead of ${old}`
    return [evidence("overridden", `${field} ${value}${change}`)]
  })

const isSameInstrument = (a: Instrument, b: Instrument): boolean =>
  (["symbol", "assetClass", "market", "timeZone", "base", "currency"] as const).every(
    (field) => a[field] === b[field],
  )
