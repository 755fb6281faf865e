/** When a donor's bars count as bars of the same thing. Differences are of natural logarithms: 0.001 is 0.1 %. */
export const thresholds = {
  /** Rows on each side of a gap, at most, that a donor is compared on. */
  overlapBars: 40,
  /** Fewer common rows than this prove nothing. */
  leastOverlap: 20,
  /** So many of them on each side, where the entry has rows on both. */
  leastSideOverlap: 5,
  /** The largest systematic difference of the closes, on the whole and between the two sides. */
  scale: 0.001,
  /** The same for bars made from price points, whose last point lies somewhere before the close. */
  sampledScale: 0.004,
  /** The largest typical difference of a close, beside the systematic one, in typical moves of one bar. */
  residualMoves: 0.5,
  /** That difference is never too large below this (a few ticks), and always above the other. */
  residualFloor: 0.0001,
  residualCeiling: 0.003,
  /** The latter for bars made from price points. */
  sampledCeiling: 0.01,
  /** A close that differs by more than this, or by four typical moves, is wild. */
  wild: 0.005,
  wildMoves: 4,
  wildShare: 0.05,
  /** The least correlation of the changes from bar to bar. */
  correlation: 0.6,
  /** A shift by some bars that fits so much better than none is a lag. */
  lagGain: 0.6,
  /** High minus low, typically, against the entry's: below it is made from samples, above it from longer bars. */
  rangeRatioLeast: 0.5,
  rangeRatioMost: 2,
  /** A step from bar to bar inside the gap that no market makes: half as much again, and sixty typical moves. */
  jump: Math.log(1.5),
  jumpMoves: 60,
  /** Volumes count as the same measure within these: typical ratio, and its typical deviation, as logarithms. */
  volumeScale: 0.1,
  volumeSpread: 0.25,
} as const
