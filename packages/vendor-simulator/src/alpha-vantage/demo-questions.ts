/** The questions that the documentation asks with the key `demo`, as far as they are simulated. */
const questions: ReadonlyArray<string> = [
  "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=5min",
  "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=5min&outputsize=full",
  "function=TIME_SERIES_INTRADAY&symbol=IBM&interval=5min&month=2009-01&outputsize=full",
  "function=TIME_SERIES_DAILY&symbol=IBM",
  "function=TIME_SERIES_DAILY&symbol=IBM&outputsize=full",
  "function=TIME_SERIES_DAILY_ADJUSTED&symbol=IBM",
  "function=TIME_SERIES_DAILY_ADJUSTED&symbol=IBM&outputsize=full",
  "function=TIME_SERIES_WEEKLY&symbol=IBM",
  "function=TIME_SERIES_MONTHLY&symbol=IBM",
  "function=SPLITS&symbol=IBM",
  "function=DIVIDENDS&symbol=IBM",
  "function=SYMBOL_SEARCH&keywords=tesco",
  "function=SYMBOL_SEARCH&keywords=SAIC",
]

const sorted = (parameters: URLSearchParams): string => {
  const copy = new URLSearchParams(parameters)
  copy.delete("apikey")
  copy.delete("datatype")
  copy.sort()
  return copy.toString()
}

const known: ReadonlySet<string> = new Set(questions.map((question) => sorted(new URLSearchParams(question))))

/**
 * True for a question that the key `demo` may ask: exactly one of the documentation's examples, in JSON or CSV.
 * @see https://www.alphavantage.co/documentation/
 */
export const isDemoQuestion = (parameters: URLSearchParams): boolean => known.has(sorted(parameters))
