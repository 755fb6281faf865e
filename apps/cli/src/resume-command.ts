import type { PopulateReport } from "@barkeep/populate"
import { ProviderError } from "@barkeep/provider-kit"
import { commandLineOf } from "./command-line.ts"
import type { PopulateFlags } from "./commands/populate.ts"

/**
 * The command that fetches what a run has left out, as a shell takes it; `undefined` when nothing is left that asking
 * again could bring. What is complete already asks for nothing, so symbols and timeframes need not be told apart.
 */
export const resumeCommand = (flags: PopulateFlags, { outcomes }: PopulateReport): string | undefined => {
  const failed = outcomes.filter((outcome) => canBeMended(outcome))
  if (failed.length === 0) return undefined
  const listed = (names: ReadonlyArray<string>): string => [...new Set(names)].join(",")
  const chosen =
    flags.symbols === undefined
      ? { symbols: undefined, intervals: flags.intervals }
      : {
          symbols: listed(failed.map(({ symbol }) => symbol)),
          intervals: listed(failed.map(({ timeframe }) => timeframe)),
        }
  const words: ReadonlyArray<readonly [flag: string, value: string | undefined]> = [
    ["--symbols", chosen.symbols],
    ["--intervals", chosen.intervals],
    ["--start-date", flags.startDate],
    ["--end-date", flags.endDate],
    ["--provider", flags.provider],
    ["--overrides", flags.overrides],
    ["--cache-dir", flags.cacheDir],
  ]
  return commandLineOf([
    ...["barkeep", "populate"],
    ...words.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value])),
  ])
}

/** Asking again may bring what is missing. */
export const canBeMended = ({ status, error, doubtful }: PopulateReport["outcomes"][number]): boolean =>
  status === "Failed" ? !isHopeless(error) : doubtful.length > 0

/** The vendor has it under no circumstances: the same question gets the same answer. */
const isHopeless = (error: Error | undefined): boolean => {
  if (!(error instanceof ProviderError)) return false
  const { reason } = error
  if (reason._tag === "SymbolNotFound") return reason.certain
  return reason._tag === "UnsupportedTimeframe" || reason._tag === "OutsideHistory"
}
