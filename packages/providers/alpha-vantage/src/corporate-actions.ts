import {
  type EpochMillis,
  type Instrument,
  instantsOfLocal,
  openTimeOf,
  zoneOffsets,
} from "@barkeep/market-data"
import { isObject, type JsonObject, textField } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import { localTimeReader } from "./local-times.ts"
import { isSameSymbol } from "./symbols.ts"

/** A change of the number of shares. */
export interface Split {
  /** The open time of the daily bar of the first session with the new shares. */
  readonly time: EpochMillis
  /** New shares for one old one: 4 for a 4:1 split, 0.1 for a 1:10 reverse split. */
  readonly ratio: number
}

/** A payment per share in the instrument's currency, as paid, not adjusted for later splits. */
export interface Dividend {
  /** The open time of the daily bar of the first session without the claim to it. */
  readonly time: EpochMillis
  readonly amount: number
  /** Dates, `YYYY-MM-DD`; absent where Alpha Vantage has none. */
  readonly declarationDate?: string
  readonly recordDate?: string
  readonly paymentDate?: string
}

/** The splits of an answer, ascending, or why it is none; one bad entry fails the answer. */
export const parseSplits = (
  body: unknown,
  instrument: Instrument,
  vendorSymbol: string,
): Result.Result<ReadonlyArray<Split>, string> =>
  parseActions(body, vendorSymbol, (entry) => {
    const time = dailyOpenTime(textField(entry, "effective_date"), instrument)
    const ratio = toDecimal(entry["split_factor"])
    return time === undefined || ratio === undefined || ratio === 0 ? undefined : { time, ratio }
  })

/** The dividends of an answer, ascending, or why it is none; one bad entry fails the answer. */
export const parseDividends = (
  body: unknown,
  instrument: Instrument,
  vendorSymbol: string,
): Result.Result<ReadonlyArray<Dividend>, string> =>
  parseActions(body, vendorSymbol, (entry) => {
    const time = dailyOpenTime(textField(entry, "ex_dividend_date"), instrument)
    const amount = toDecimal(entry["amount"])
    if (time === undefined || amount === undefined) return undefined
    const declarationDate = toDate(entry["declaration_date"])
    const recordDate = toDate(entry["record_date"])
    const paymentDate = toDate(entry["payment_date"])
    return {
      time,
      amount,
      ...(declarationDate !== undefined && { declarationDate }),
      ...(recordDate !== undefined && { recordDate }),
      ...(paymentDate !== undefined && { paymentDate }),
    }
  })

const parseActions = <A extends { readonly time: EpochMillis }>(
  body: unknown,
  vendorSymbol: string,
  toAction: (entry: JsonObject) => A | undefined,
): Result.Result<ReadonlyArray<A>, string> => {
  if (!isObject(body)) return Result.fail("the answer is no object")
  const symbol = textField(body, "symbol")
  const listed = body["data"]
  if (symbol === undefined || !isSameSymbol(vendorSymbol, symbol))
    return Result.fail(`an answer about ${symbol ?? "no symbol"} instead of ${vendorSymbol}`)
  if (!Array.isArray(listed)) return Result.fail("the answer has no list")
  const actions: Array<A> = []
  for (const [index, entry] of (listed as ReadonlyArray<unknown>).entries()) {
    const action = isObject(entry) ? toAction(entry) : undefined
    if (action === undefined) return Result.fail(`entry ${index} has no date or no figure`)
    actions.push(action)
  }
  return Result.succeed(actions.toSorted((a, b) => a.time - b.time))
}

const toDecimal = (value: unknown): number | undefined =>
  typeof value === "string" && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined

/** A missing date is the word `None`. */
const toDate = (value: unknown): string | undefined =>
  typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? value : undefined

const day = 86_400_000

const dailyOpenTime = (date: string | undefined, { timeZone }: Instrument): EpochMillis | undefined => {
  const midnight = localTimeReader()(toDate(date) ?? "")
  if (midnight === undefined) return undefined
  const zone = zoneOffsets(timeZone, { from: midnight - day, to: midnight + 2 * day })
  const [noon] = instantsOfLocal(zone, midnight + day / 2)
  return noon === undefined ? undefined : openTimeOf("1d", noon, timeZone)
}
