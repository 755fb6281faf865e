import type { EntryDescription, TimeRange } from "@barkeep/market-data"
import { ProviderError } from "@barkeep/provider-kit"
import type { Donor } from "./donor.ts"
import { type AnswerJournal, type DonorAnswer, toAnswer } from "./fill-store.ts"
import { planCalls } from "./judge-donor.ts"
import { unanswered } from "./remembered.ts"

/** What a question to a donor came to; its answers also when it failed on the way. */
export interface Asked {
  readonly answers: ReadonlyArray<DonorAnswer>
  readonly calls: number
  readonly error?: ProviderError
  /** The budget of calls does not allow the question. */
  readonly overBudget?: boolean
}

export interface AskContext {
  readonly journal: AnswerJournal
  readonly now: () => number
  readonly callsLeft: () => number
  readonly onAnswer: (answer: DonorAnswer) => void
  readonly signal?: AbortSignal
}

/**
 * Asks a donor for what of the range it has not answered yet. Each page is remembered durably before the next is asked
 * for, so that what was answered is never asked again, whatever happens in between.
 */
export const askDonor = async (
  donor: Donor,
  entry: EntryDescription,
  range: TimeRange,
  known: ReadonlyArray<DonorAnswer>,
  context: AskContext,
): Promise<Asked> => {
  const answers = [...known]
  let calls = 0
  const { instrument, timeframe } = entry
  for (const part of unanswered(range, known)) {
    const planned = planCalls(donor, entry, part)
    // The edge of a window may lie before what the vendor keeps; the gap itself was planned before.
    if (!("calls" in planned)) continue
    if (calls + planned.calls.length > context.callsLeft()) return { answers, calls, overBudget: true }
    calls += planned.calls.length
    try {
      const options = context.signal === undefined ? {} : { signal: context.signal }
      for await (const page of donor.provider.bars({ instrument, timeframe, range: part }, options)) {
        const answer = toAnswer(donor.id, instrument.symbol, timeframe, page, context.now())
        await context.journal.remember(answer)
        answers.push(answer)
        context.onAnswer(answer)
      }
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      return { answers, calls, error }
    }
  }
  return { answers, calls }
}
