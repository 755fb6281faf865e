import { gapReasons } from "@barkeep/validation"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { common, intervals, optional, symbols, text, toggle } from "../flags.ts"
import { handler } from "../run-command.ts"

const flags = {
  ...common,
  symbols,
  intervals,
  maxGapHours: Flag.Finite("max-gap-hours").pipe(
    Flag.withDescription("Leave longer gaps alone"),
    Flag.withDefault(24),
  ),
  reason: text(
    "reason",
    `Only gaps with these reasons: ${gapReasons.join(", ")}; without it those that nothing explains or the provider lacks`,
    "A,B",
  ),
  plan: toggle("plan", "Print who would be asked and what it costs; ask nobody, write nothing"),
  dryRun: toggle("dry-run", "The same as --plan"),
  budget: optional(
    Flag.Int("budget").pipe(
      Flag.withDescription("Make at most so many calls; the next run goes on"),
      Flag.withMetavar("N"),
    ),
  ),
  allowSampled: toggle(
    "allow-sampled",
    "Also take bars made from price points (CoinGecko): highs and lows too near, no volume, marked",
  ),
  provider: text("provider", "Ask only this donor", "NAME"),
  revalidate: toggle("revalidate", "Validate first where the report is not of the files as they are"),
  undo: text("undo", "Take a fill back (barkeep fills lists them)", "ID"),
}

/** What the command line of `fill-gaps` says. */
export type FillGapsFlags = Command.Command.Config.Infer<typeof flags>

export const fillGaps = Command.make(
  "fill-gaps",
  flags,
  handler<FillGapsFlags>(() => import("./fill-gaps-body.ts"), {
    interrupted:
      "Interrupted. What was filled is stored, what was answered is remembered; the same command with --revalidate goes on.",
  }),
).pipe(
  Command.withDescription(
    "Fill the gaps that barkeep validate has found: from finer bars that are stored, or from another provider whose bars agree around the gap. Only missing bars are written.",
  ),
  Command.withExamples([
    { command: "barkeep fill-gaps --plan", description: "Who would be asked, and what does it cost?" },
    { command: "barkeep fill-gaps --revalidate", description: "Fill what can be filled" },
    {
      command: "barkeep fill-gaps --symbols AAPL --intervals 1d --max-gap-hours 200 --budget 20",
      description: "With at most 20 calls today; run it again tomorrow",
    },
    { command: "barkeep fill-gaps --undo 20260301T101500Z-AAPL-1d-1f3c", description: "Take a fill back" },
  ]),
)
