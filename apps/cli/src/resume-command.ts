import type { PopulateReport } from "@barkeep/populate"
import type { PopulateFlags } from "./commands/populate.ts"

/**
 * The command that fetches what a run has left out, as a shell takes it; `undefined` when nothing is left that asking
 * again could bring. What is complete already asks for nothing, so symbols and timeframes need not be told apart.
 */
export const resumeCommand = (flags: PopulateFlags, { outcomes }: PopulateReport): string | undefined => {
  const failed = outcomes.filter(({ status }) => status === "Failed")
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
  return [
    "barkeep populate",
    ...words.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag} ${quoted(value)}`])),
  ].join(" ")
}

const quoted = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
