import * as Command from "effect/cli/Command"
import { calendar } from "./commands/calendar.ts"
import { cleanup } from "./commands/cleanup.ts"
import { completions } from "./commands/completions.ts"
import { config } from "./commands/config.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { explain } from "./commands/explain.ts"
import { fillGaps } from "./commands/fill-gaps.ts"
import { fills } from "./commands/fills.ts"
import { get } from "./commands/get.ts"
import { limits } from "./commands/limits.ts"
import { list } from "./commands/list.ts"
import { migrate } from "./commands/migrate.ts"
import { populate } from "./commands/populate.ts"
import { restore } from "./commands/restore.ts"
import { stats } from "./commands/stats.ts"
import { validate } from "./commands/validate.ts"
import { verify } from "./commands/verify.ts"
import { globalFlags } from "./global-flags.ts"

/** The whole command line. A command's code is loaded when it runs; here is only what its help needs. */
export const app = Command.make("barkeep").pipe(
  Command.withDescription("Keeps historical market data (OHLCV bars) in plain files you can trust."),
  Command.withExamples([
    { command: "barkeep demo", description: "The whole way against a simulated exchange on this machine" },
    {
      command: "barkeep populate --symbols BTCUSDT,ETHUSDT --intervals 1h,1d --start-date 2023-01-01",
      description: "Download what is missing; run it again at any time, it asks only for what is new",
    },
    {
      command: "barkeep get BTCUSDT 1h --start-date 2023-06-01 --end-date 2023-06-02 > june.csv",
      description: "Two days as CSV",
    },
  ]),
  Command.withSubcommands([
    { group: "Fetch", commands: [populate, fillGaps, fills, migrate] },
    { group: "Read", commands: [get, list, stats, explain] },
    { group: "Check", commands: [validate, verify, cleanup, restore] },
    { group: "About", commands: [demo, doctor, limits, calendar, config, completions] },
  ]),
  Command.withGlobalFlags(globalFlags),
)
