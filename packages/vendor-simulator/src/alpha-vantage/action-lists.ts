import type { EpochMillis } from "@barkeep/market-data"
import type { Answer } from "../vendor-site.ts"
import { csvAnswer, jsonAnswer } from "./answers.ts"
import type { SearchMatch, Stock } from "./stocks.ts"
import { dateText } from "./wall-clock.ts"

type Datatype = "json" | "csv"
type Entry = { readonly [name: string]: string }

/** The splits of a symbol so far, newest first. */
export const splitsAnswer = (
  symbol: string,
  { symbol: { days, actions } }: Stock,
  now: EpochMillis,
  datatype: Datatype,
): Answer => {
  const entries = actions.splits
    .filter(({ time }) => time <= now)
    .map(({ time, numerator, denominator }) => ({
      effective_date: dateText(days.dateOf(time)),
      split_factor: (numerator / denominator).toFixed(4),
    }))
  return listAnswer("splits", symbol, ["effective_date", "split_factor"], entries, datatype)
}

/** Dates other than the ex date are known for dividends since then; the word `None` stands for an unknown one. */
const datesKnownSince = 12_784

const dividendColumns = [
  "ex_dividend_date",
  "declaration_date",
  "record_date",
  "payment_date",
  "amount",
] as const

/** The dividends of a symbol so far, newest first, in the shares of their day. */
export const dividendsAnswer = (
  symbol: string,
  { symbol: { days, actions } }: Stock,
  now: EpochMillis,
  datatype: Datatype,
): Answer => {
  const entries = actions.dividendsUntil(now).map(({ time, amount }) => {
    const date = days.dateOf(time)
    const otherDate = (offset: number): string => (date < datesKnownSince ? "None" : dateText(date + offset))
    return {
      ex_dividend_date: dateText(date),
      declaration_date: otherDate(-11),
      record_date: otherDate(1),
      payment_date: otherDate(28),
      amount: String(Number(amount.toFixed(6))),
    }
  })
  return listAnswer("dividends", symbol, dividendColumns, entries, datatype)
}

const searchColumns = [
  "symbol",
  "name",
  "type",
  "region",
  "marketOpen",
  "marketClose",
  "timezone",
  "currency",
  "matchScore",
]

/** What a search finds, best first. */
export const searchAnswer = (matches: ReadonlyArray<SearchMatch>, datatype: Datatype): Answer =>
  datatype === "csv"
    ? csvAnswer("symbol_search", [searchColumns.join(), ...matches.map((match) => match.join())])
    : jsonAnswer({
        bestMatches: matches.map((match) =>
          Object.fromEntries(match.map((cell, index) => [`${index + 1}. ${searchColumns[index]}`, cell])),
        ),
      })

/** @param entries ascending */
const listAnswer = (
  name: string,
  symbol: string,
  columns: ReadonlyArray<string>,
  entries: ReadonlyArray<Entry>,
  datatype: Datatype,
): Answer => {
  const data = entries.toReversed()
  return datatype === "csv"
    ? csvAnswer(`${name}_${symbol}`, [
        columns.join(),
        ...data.map((entry) => columns.map((column) => entry[column]).join()),
      ])
    : jsonAnswer({ symbol, data })
}
