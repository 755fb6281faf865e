import type { Cache } from "@barkeep/cache-core"
import {
  type StoredEntry,
  type StoreReport,
  validateStore,
  type ValidateStoreOptions,
} from "@barkeep/validation"
import { type JudgeThreads, judgeThreads, threadsFor } from "./judge-threads.ts"
import type { CommandContext } from "./run-command.ts"
import { validateProgress } from "./validate-progress.ts"
import { validationSource } from "./validation-source.ts"

/** What is judged, and by what. */
export type JudgeRequest = Pick<
  ValidateStoreOptions,
  "symbols" | "timeframes" | "previous" | "calendarAdditions" | "signal"
>

/** Judges these entries of a cache, on threads where their size pays for them, and shows how it gets on. */
export const judgeCache = async (
  cache: Cache,
  entries: ReadonlyArray<StoredEntry>,
  request: JudgeRequest,
  { console, now }: Pick<CommandContext, "console" | "now">,
): Promise<StoreReport> => {
  const threads = threadsOf(cache, entries, request)
  const progress = validateProgress(console, now)
  try {
    return await validateStore({
      ...request,
      source: { ...validationSource(cache), entries: async () => entries },
      now: now(),
      onEvent: progress.onEvent,
      ...(threads && { judgeSymbol: threads.judge, concurrency: threads.count }),
    })
  } finally {
    progress.close()
    await threads?.close()
  }
}

/** `undefined` when what has changed is too little, or of one symbol only: one thread does it as fast. */
const threadsOf = (
  cache: Cache,
  entries: ReadonlyArray<StoredEntry>,
  { previous, symbols, timeframes }: JudgeRequest,
): JudgeThreads | undefined => {
  const judged = new Set(
    previous?.entries.flatMap(({ symbol, timeframe, years }) =>
      years.map(({ year, fingerprint }) => `${symbol} ${timeframe} ${year} ${fingerprint}`),
    ),
  )
  const bytes = new Map<string, number>()
  for (const { symbol, timeframe, years } of entries) {
    if (symbols?.includes(symbol) === false || timeframes?.includes(timeframe) === false) continue
    for (const { year, fingerprint, sizeBytes = 0 } of years)
      if (!judged.has(`${symbol} ${timeframe} ${year} ${fingerprint}`))
        bytes.set(symbol, (bytes.get(symbol) ?? 0) + sizeBytes)
  }
  const count = threadsFor([...bytes.values()])
  return count > 1 ? judgeThreads(cache.folder, count) : undefined
}
