import { isUnitSlip } from "@barkeep/provider-kit"

/**
 * The first row whose prices are all about a hundred times, or a hundredth, of the rows beside it; `undefined` when there
 * is none. CoinGecko averages exchanges: no coin does that from one row to the next.
 * @param closeOf what a row's neighbours are compared with
 * @param isWanted rows that matter; others are only neighbours
 */
export const findUnitSlip = (
  rows: ReadonlyArray<ReadonlyArray<number>>,
  closeOf: (row: ReadonlyArray<number>) => number,
  isWanted: (index: number) => boolean = () => true,
): number | undefined => {
  const index = rows.findIndex(
    (prices, at) =>
      isWanted(at) &&
      isUnitSlip(
        prices,
        [rows[at - 1], rows[at + 1]].flatMap((neighbour) =>
          neighbour === undefined ? [] : [closeOf(neighbour)],
        ),
      ),
  )
  return index < 0 ? undefined : index
}
