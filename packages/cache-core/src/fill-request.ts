import {
  type Bars,
  type BarPage,
  barCount,
  type EntryDescription,
  InvalidInput,
  type Provenance,
  type Timeframe,
} from "@barkeep/market-data"
import { checkRequest } from "./check-request.ts"
import type { YearPages } from "./split-pages.ts"

/** Rows for places of an entry that have none. */
export interface FillRequest {
  /** Names the fill from now on. Several requests may carry the same id: they are one fill, undone as one. */
  readonly fillId: string
  readonly symbol: string
  readonly timeframe: Timeframe
  /** Ascending bars, each part with where it comes from. Rows at open times that exist are left out. */
  readonly rows: ReadonlyArray<{
    readonly bars: Bars
    readonly provenance: Omit<Provenance, "fillId" | "adjustment">
  }>
}

/** What a fill did. */
export interface FillResult {
  readonly fillId: string
  readonly rowsAdded: number
  /** Rows of the request whose open time had a row already, which stayed as it was. */
  readonly rowsPresent: number
  /** The years that got rows. */
  readonly years: ReadonlyArray<number>
}

/** A fill's id is a folder's name, too. @throws {InvalidInput} */
export const checkFillId = (id: string): string => {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,79}$/.test(id)) return id
  throw new InvalidInput({
    field: "fillId",
    value: id,
    expected: "a name of at most 80 letters, digits, - and _",
  })
}

/**
 * What a fill brings for each year. The rows take the entry's adjustment: who fills has compared the bases.
 * @throws {InvalidInput} for rows that are no ascending bars or cannot be stored
 */
export const splitFill = (
  request: FillRequest,
  { instrument, timeframe, adjustment }: EntryDescription,
): { readonly pages: ReadonlyArray<BarPage>; readonly years: ReadonlyArray<YearPages> } => {
  const pages = request.rows
    .filter(({ bars }) => barCount(bars) > 0)
    .map(({ bars, provenance }): BarPage => ({
      range: { from: bars.openTime[0] as number, to: (bars.openTime.at(-1) as number) + 1 },
      bars,
      provenance: { ...provenance, adjustment, fillId: request.fillId },
    }))
  return { pages, years: checkRequest({ entry: { instrument, timeframe, adjustment }, pages }) }
}
