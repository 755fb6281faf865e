import type { ValidationEvent } from "@barkeep/validation"
import type { Console } from "./console.ts"
import { makeProgress } from "./progress.ts"

/** Shows how a validation gets on, by the files that are judged. `close` takes the line away. */
export const validateProgress = (
  console: Console,
  now: () => number,
): { readonly onEvent: (event: ValidationEvent) => void; readonly close: () => void } => {
  const progress = makeProgress(console, now)
  let [files, judged, rows] = [0, 0, 0]
  return {
    close: progress.close,
    onEvent: (event) => {
      if (event._tag === "EntriesListed") files = event.years
      if (event._tag !== "YearJudged") return
      judged += 1
      if (!event.reused) rows += event.rows
      progress.update({
        // Years without a file, between others, are judged too.
        share: files === 0 ? undefined : Math.min(1, judged / files),
        count: rows,
        unit: "rows",
        subject: `${event.symbol} ${event.timeframe} ${event.year}`,
      })
    },
  }
}
