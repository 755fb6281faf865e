import type { Timeframe } from "@barkeep/market-data"
import type { ValidationSource } from "./validation-source.ts"

/** The same source, which is asked only once what an entry is, what was answered and where its rows come from. */
export const rememberingSource = (source: ValidationSource): ValidationSource => {
  const allSpans = remembered((symbol, timeframe) => source.provenance(symbol, timeframe))
  return {
    ...source,
    describe: remembered(source.describe),
    coverage: remembered(source.coverage),
    provenance: (symbol, timeframe, range) =>
      range === undefined ? allSpans(symbol, timeframe) : source.provenance(symbol, timeframe, range),
  }
}

type Ask<A> = (symbol: string, timeframe: Timeframe) => Promise<A>

const remembered = <A>(ask: Ask<A>): Ask<A> => {
  const answers = new Map<string, Promise<A>>()
  return (symbol, timeframe) => {
    const key = `${timeframe} ${symbol}`
    let answer = answers.get(key)
    if (answer === undefined) answers.set(key, (answer = ask(symbol, timeframe)))
    return answer
  }
}
