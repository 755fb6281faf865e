import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Option from "effect/Option"
import { withCache } from "../compose.ts"
import { exitCodes } from "../exit-codes.ts"
import { common, intervals, parseTimeframes, splitList, symbols } from "../flags.ts"
import { handler } from "../run-command.ts"
import { formatBytes, formatCount, formatTable } from "../table.ts"

const flags = {
  ...common,
  symbols: symbols.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
  intervals: intervals.pipe(Flag.optional, Flag.map(Option.getOrUndefined)),
}

interface VerifyFlags {
  readonly cacheDir: string | undefined
  readonly json: boolean
  readonly symbols: string | undefined
  readonly intervals: string | undefined
}

export const verify = Command.make(
  "verify",
  flags,
  handler(async (input: VerifyFlags, { console, signal }) =>
    withCache(input, async ({ cache }) => {
      const report = await cache.verify({
        signal,
        ...(input.symbols === undefined ? {} : { symbols: splitList(input.symbols) }),
        ...(input.intervals === undefined ? {} : { timeframes: parseTimeframes(input.intervals) }),
      })
      const errors = report.findings.filter((finding) => finding.severity === "error").length
      if (input.json) await console.write(`${JSON.stringify(report)}\n`)
      else {
        if (report.findings.length > 0)
          await console.write(
            formatTable(
              [
                { heading: "severity", cell: (row) => row.severity },
                { heading: "kind", cell: (row) => row.kind },
                { heading: "path", cell: (row) => row.path },
                { heading: "what", cell: (row) => row.what },
              ],
              report.findings,
            ),
          )
        await console.write(
          `${formatCount(report.partitions)} files, ${formatCount(report.rows)} rows, ${formatBytes(report.bytes)} read: ${formatCount(errors)} errors, ${formatCount(report.findings.length - errors)} notices\n`,
        )
      }
      return errors > 0 ? exitCodes.findings : exitCodes.done
    }),
  ),
).pipe(
  Command.withDescription(
    "Read every byte of the cache and check it against its metadata: hashes, checksums, counts.",
  ),
)
