import type { Chart } from "./parse-chart.ts"

/** A hundredfold, with room for what a price may really have done at the same time. */
const least = 80

/**
 * Tells rows whose prices are all about a hundred times, or a hundredth of, both neighbours' closes, or still further
 * off: single days in the other unit, pence among pounds, or of 0.0001. No price goes there and is back with the next bar.
 * @param priced rows that have prices, ascending
 */
export const unitSlips = (
  { open, high, low, close }: Chart,
  priced: ReadonlyArray<number>,
): ((position: number) => boolean) => {
  const isFar = (row: number, neighbour: number): boolean => {
    const near = close[neighbour] as number
    return [open, high, low, close].every((prices) => {
      const ratio = (prices[row] as number) / near
      return ratio >= least || ratio <= 1 / least
    })
  }
  return (position) => {
    const [before, row, after] = [priced[position - 1], priced[position], priced[position + 1]]
    if (before === undefined || row === undefined || after === undefined) return false
    return isFar(row, before) && isFar(row, after)
  }
}
