import { gapReasons } from "@barkeep/validation"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { common, intervals, symbols } from "../flags.ts"
import { handler } from "../run-command.ts"
import { calendarFile } from "./calendar.ts"

const optional = <A>(flag: Flag.Flag<A>) => flag.pipe(Flag.optional, Flag.map(Option.getOrUndefined))

const flags = {
  ...common,
  symbols: optional(symbols),
  intervals: optional(intervals),
  validateAll: Flag.Boolean("validate-all").pipe(
    Flag.withDescription("Everything in the cache; so it is too without --symbols and --intervals"),
    Flag.withDefault(false),
  ),
  failUnder: optional(
    Flag.Finite("fail-under").pipe(
      Flag.withDescription(
        "Exit with 1 when an entry's score is lower, or one that is asked for is not there: 0.98",
      ),
    ),
  ),
  reason: optional(
    Flag.String("reason").pipe(
      Flag.withDescription(`List the gaps with these reasons: ${gapReasons.join(", ")}`),
      Flag.withMetavar("A,B"),
    ),
  ),
  details: Flag.Boolean("details").pipe(
    Flag.withDescription("List every finding and gap, too"),
    Flag.withDefault(false),
  ),
  html: optional(
    Flag.String("html").pipe(
      Flag.withDescription("Also write the report as one page"),
      Flag.withMetavar("FILE"),
    ),
  ),
  calendarFile,
}

/** What the command line of `validate` says. */
export type ValidateFlags = Command.Command.Config.Infer<typeof flags>

export const validate = Command.make(
  "validate",
  flags,
  handler<ValidateFlags>(() => import("./validate-body.ts")),
).pipe(
  Command.withDescription("Judge what is stored bar by bar: gaps with their reasons, findings, a score."),
  Command.withExamples([
    { command: "barkeep validate", description: "Everything; the report goes to validate-metadata.json" },
    {
      command: "barkeep validate --fail-under 0.98 --html report.html",
      description: "As a gate, with a page to look at",
    },
    {
      command: "barkeep validate --symbols AAPL --reason unknown",
      description: "The gaps of one symbol that are worth filling",
    },
  ]),
)
