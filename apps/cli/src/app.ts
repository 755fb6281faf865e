import * as Command from "effect/cli/Command"
import { demo } from "./commands/demo.ts"
import { get } from "./commands/get.ts"
import { list } from "./commands/list.ts"
import { populate } from "./commands/populate.ts"
import { stats } from "./commands/stats.ts"

export const app = Command.make("barkeep").pipe(
  Command.withDescription("Keeps historical market data (OHLCV bars) in plain files you can trust."),
  Command.withSubcommands([populate, get, list, stats, demo]),
)
