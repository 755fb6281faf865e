/** A hundredfold, with room for what a price may really have done at the same time. */
const least = 80

/**
 * True when all prices of a row are about a hundred times those of each neighbour, or a hundredth, or still further off:
 * one row in another unit, pence among pounds, or of 0.0001. No price goes there and is back with the next bar.
 * @param neighbours closes of the bars beside it; without one nothing is said
 */
export const isUnitSlip = (prices: ReadonlyArray<number>, neighbours: ReadonlyArray<number>): boolean =>
  neighbours.length > 0 &&
  neighbours.every((near) =>
    prices.every((price) => {
      const ratio = price / near
      return ratio >= least || ratio <= 1 / least
    }),
  )
