import { gapReasons } from "@barkeep/validation"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { calendarFile, common, intervals, optional, symbols, text, toggle } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols,
  intervals,
  validateAll: toggle(
    "validate-all",
    "Everything in the cache; so it is too without --symbols and --intervals",
  ),
  failUnder: optional(
    Flag.Finite("fail-under").pipe(
      Flag.withDescription(
        "Exit with 1 when an entry's score is lower, or one that is asked for is not there: 0.98",
      ),
    ),
  ),
  reason: text("reason", `List the gaps with these reasons: ${gapReasons.join(", ")}`, "A,B"),
  details: toggle("details", "List every finding and gap, too"),
  html: text("html", "Also write the report as one page", "FILE"),
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
