const splits = [2, 3, 4, 5, 6, 7, 8, 10, 15, 20, 25, 30, 50, 1.5, 1.25, 1.1, 4 / 3, 6 / 5]
const units = [100, 1000, 10_000, 1_000_000, 1e8]

/** How near a ratio must be to a known one to be called that. */
const nearness = 0.01

/**
 * What a factor between two vendors' prices looks like: another unit, a split, another quote currency, dividends.
 * Only ever said; prices are never multiplied to make them fit.
 */
export const nameScale = (scale: number): string => {
  const isNear = (known: number): boolean => Math.abs(Math.log(scale / known)) < nearness
  const factor = (values: ReadonlyArray<number>): number | undefined =>
    values.find((value) => isNear(value) || isNear(1 / value))
  const unit = factor(units)
  if (unit !== undefined) return `a factor of ${unit}: another unit (pence, cents, per thousand)`
  const split = factor(splits)
  if (split !== undefined)
    return `a factor of ${Number(split.toPrecision(3))}: a split that only one of them has applied`
  if (Math.abs(Math.log(scale)) < 0.03)
    return "near 1, but not the same: another quote currency (USD, USDT), another venue, or dividends"
  return "no known ratio: another instrument, currency or adjustment"
}
