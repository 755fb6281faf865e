import { isUnitSlip } from "@barkeep/provider-kit"
import type { Chart } from "./parse-chart.ts"

/**
 * Tells rows in another unit than the rows on both sides, pence among pounds, or of 0.0001. At an end of the answer it
 * may be the row beside it that is wrong, so nothing is said.
 * @param priced rows that have prices, ascending
 */
export const unitSlips =
  ({ open, high, low, close }: Chart, priced: ReadonlyArray<number>): ((position: number) => boolean) =>
  (position) => {
    const [before, row, after] = [priced[position - 1], priced[position], priced[position + 1]]
    if (before === undefined || row === undefined || after === undefined) return false
    const prices = [open, high, low, close].map((column) => column[row] as number)
    return isUnitSlip(prices, [close[before] as number, close[after] as number])
  }
