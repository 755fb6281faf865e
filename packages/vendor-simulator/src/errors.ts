import { TaggedError } from "@barkeep/market-data"

/** A file of recorded bars cannot be served as it is. Raised before the server starts. */
export class UnusableRecording extends TaggedError<"UnusableRecording"> {
  readonly _tag = "UnusableRecording"
  override readonly name = "UnusableRecording"
  /** The file, or `SYMBOL TIMEFRAME` for a recording given as text. */
  readonly path: string
  readonly what: string

  constructor(options: {
    readonly path: string
    readonly what: string
    readonly advice: string
    readonly cause?: unknown
  }) {
    super(`${options.path}: ${options.what}; ${options.advice}`, { cause: options.cause })
    this.path = options.path
    this.what = options.what
  }
}

/** The simulator could not listen on 127.0.0.1. */
export class ListenFailed extends TaggedError<"ListenFailed"> {
  readonly _tag = "ListenFailed"
  override readonly name = "ListenFailed"
  readonly port: number

  constructor(port: number, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`127.0.0.1:${port}: cannot listen (${reason}); use another port, or 0 for any free one`, { cause })
    this.port = port
  }
}
