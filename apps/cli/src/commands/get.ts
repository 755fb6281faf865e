import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { common, endDate, optional, startDate } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  cacheDir: common.cacheDir,
  json: common.json,
  symbol: Argument.String("symbol").pipe(Argument.withDescription("A stored symbol: BTCUSDT")),
  timeframe: Argument.String("timeframe").pipe(Argument.withDescription("1m … 1mo")),
  startDate: optional(startDate),
  endDate,
  format: Flag.Literals("format", ["csv", "json", "ndjson"]).pipe(
    Flag.withDescription("csv: as in the files; json: one document; ndjson: a line per bar"),
    Flag.withDefault("csv"),
  ),
}

/** What the command line of `get` says. */
export type GetFlags = Command.Command.Config.Infer<typeof flags>

export const get = Command.make(
  "get",
  flags,
  handler<GetFlags>(() => import("./get-body.ts")),
).pipe(
  Command.withDescription("Print stored bars on stdout."),
  Command.withExamples([
    {
      command: "barkeep get BTCUSDT 1h --start-date 2023-06-01 --end-date 2023-06-02",
      description: "Two days as CSV",
    },
    { command: "barkeep get AAPL 1d --format ndjson", description: "A JSON object per line" },
  ]),
)
