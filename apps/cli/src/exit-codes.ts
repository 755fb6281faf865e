import { TaggedError } from "@barkeep/market-data"

/** What the process tells its caller. */
export const exitCodes = {
  done: 0,
  /** A check found something above its threshold. */
  findings: 1,
  /** The command line or the configuration is wrong; nothing was done. */
  usage: 2,
  /** Something is missing that running it again can bring; the output says what, and how to go on. */
  partial: 3,
  /** Nothing was done, and running it again will not help. */
  failure: 4,
} as const

/** For `--help`, in the order of the codes. */
export const exitCodeMeanings: ReadonlyArray<readonly [ExitCode, string]> = [
  [exitCodes.done, "done"],
  [exitCodes.findings, "a check found something above its threshold"],
  [exitCodes.usage, "the command line or the configuration is wrong; nothing was done"],
  [exitCodes.partial, "something is missing; the output says what, and how to go on"],
  [exitCodes.failure, "failed; nothing was done, and the same again would end so too"],
]

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** Ends a command whose output has already been printed with a code other than 0. */
export class ExitWith extends TaggedError<"ExitWith"> {
  readonly _tag = "ExitWith"
  readonly code: ExitCode

  constructor(code: ExitCode) {
    super(`exit ${code}`)
    this.code = code
  }
}
