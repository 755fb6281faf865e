import { makeProgress } from "./progress.ts"
import type { CommandContext } from "./run-command.ts"

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
export const fileProgress = ({ console, now }: Pick<CommandContext, "console" | "now">): FileProgress => {
  const progress = makeProgress(console, now)
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
