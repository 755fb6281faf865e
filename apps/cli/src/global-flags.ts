import * as Flag from "effect/cli/Flag"
import * as GlobalFlag from "effect/cli/GlobalFlag"
import * as Option from "effect/Option"
import { logLevels } from "./log.ts"

const switchNamed = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withoutNegation, Flag.withDescription(description), Flag.withDefault(false))

/** No progress and no news, only results and problems. */
export const quiet = GlobalFlag.Setting("quiet")({
  flag: switchNamed("quiet", "No progress and no news on stderr, only problems"),
})

/** Read by `usesColour` from the arguments, before they are parsed: help is coloured too. */
export const noColor = GlobalFlag.Setting("no-color")({
  flag: switchNamed("no-color", "No colours, as with NO_COLOR"),
})

export const logLevel = GlobalFlag.Setting("barkeep-log-level")({
  flag: Flag.Literals("log-level", logLevels).pipe(
    Flag.withMetavar("LEVEL"),
    Flag.withDescription("Least severe of the lines shown on stderr and kept in the log file"),
    Flag.optional,
    Flag.map(Option.getOrUndefined),
  ),
})

/** In the order in which help lists them, after `--help` and `--version`. */
export const globalFlags = [quiet, noColor, logLevel] as const
