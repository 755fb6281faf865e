/** Puts terminal colours around a text, or nothing. */
export interface Paint {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

/** The colours, or their absence. */
export const paintFor = (hasColour: boolean): Paint => {
  const code =
    (on: number, off: number) =>
    (text: string): string =>
      hasColour && text !== "" ? `\u001b[${on}m${text}\u001b[${off}m` : text
  return {
    bold: code(1, 22),
    dim: code(2, 22),
    red: code(31, 39),
    green: code(32, 39),
    yellow: code(33, 39),
    cyan: code(36, 39),
  }
}

/** What decides about colour. */
export interface ColourQuestion {
  readonly isTerminal: boolean
  readonly args: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string | undefined>>
}

/**
 * Whether a stream gets colours: `--no-color` and `NO_COLOR` (any text) forbid them, `FORCE_COLOR` (any text but 0) asks for
 * them, else a terminal that is not `dumb` has them.
 */
export const usesColour = ({ isTerminal, args, environment }: ColourQuestion): boolean => {
  const { NO_COLOR: forbidden = "", FORCE_COLOR: forced = "", TERM: terminal } = environment
  if (args.includes("--no-color") || forbidden !== "") return false
  if (forced !== "") return forced !== "0"
  return isTerminal && terminal !== "dumb"
}
