import type { ExitCode } from "./exit-codes.ts"

/** Why there is no result. */
export interface NoResult {
  readonly code: ExitCode
  readonly kind: string
  readonly message: string
}

/** What `--json` prints when there is no result: a program that reads stdout gets a document all the same. */
export const errorDocument = ({ code, kind, message }: NoResult): string =>
  `${JSON.stringify({ error: { code, kind, message } })}\n`
