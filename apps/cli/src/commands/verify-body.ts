import { withCache } from "../with-cache.ts"
import { exitCodes } from "../exit-codes.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { formatBytes, formatCount, formatTable } from "../table.ts"
import type { Body } from "../run-command.ts"
import type { VerifyFlags } from "./verify.ts"

/** What `barkeep verify` does. */
export const run: Body<VerifyFlags> = async (input, { console, signal }) =>
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
  })
