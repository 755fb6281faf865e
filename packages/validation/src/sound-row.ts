/** An excess of a high or low up to this share of the price is rounding, not a defect. */
const largestNoise = 1e-6

/** True for a positive, finite row whose only fault is an excess within rounding. */
export const isNoise = (open: number, high: number, low: number, close: number, volume: number): boolean =>
  low > 0 &&
  open > 0 &&
  close > 0 &&
  high < Number.POSITIVE_INFINITY &&
  !(volume < 0 || volume === Number.POSITIVE_INFINITY) &&
  excessOf(open, high, low, close) <= largestNoise

/** How far high or low lie on the wrong side of another price, as a share of it; 0 when they do not. */
export const excessOf = (open: number, high: number, low: number, close: number): number =>
  Math.max(
    0,
    (open - high) / open,
    (close - high) / close,
    (low - high) / low,
    (low - open) / open,
    (low - close) / close,
  )
