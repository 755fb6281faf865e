import * as Command from "effect/cli/Command"
import { calendar } from "./commands/calendar.ts"
import { demo } from "./commands/demo.ts"
import { doctor } from "./commands/doctor.ts"
import { explain } from "./commands/explain.ts"
import { get } from "./commands/get.ts"
import { limits } from "./commands/limits.ts"
import { list } from "./commands/list.ts"
import { populate } from "./commands/populate.ts"
import { stats } from "./commands/stats.ts"
import { validate } from "./commands/validate.ts"
import { verify } from "./commands/verify.ts"

export const app = Command.make("barkeep").pipe(
  Command.withDescription("Keeps historical market data (OHLCV bars) in plain files you can trust."),
  Command.withSubcommands([
    populate,
    get,
    list,
    stats,
    validate,
    verify,
    explain,
    calendar,
    limits,
    doctor,
    demo,
  ]),
)
