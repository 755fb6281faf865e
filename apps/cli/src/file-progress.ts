import { systemClock } from "@barkeep/provider-kit"
import type { Console } from "./console.ts"
import { makeProgress } from "./progress.ts"

/** How far the reading of a cache's files is. */
export interface FileProgress {
  readonly update: (state: {
    readonly symbol: string
    readonly timeframe: string
    readonly year: number
    readonly filesDone: number
    readonly files: number
    readonly rows: number
  }) => void
  readonly close: () => void
}

/** Shows how the reading of a cache's files gets on. */
export const fileProgress = (console: Console): FileProgress => {
  const progress = makeProgress(console, systemClock.now)
  return {
    update: ({ symbol, timeframe, year, filesDone, files, rows }) =>
      progress.update({
        share: files === 0 ? undefined : filesDone / files,
        count: rows,
        unit: "rows",
        subject: `${symbol} ${timeframe} ${year}`,
      }),
    close: progress.close,
  }
}
