import { relative } from "node:path"
import type { VerifyFinding, VerifyReport } from "@barkeep/cache-core"
import type { Console } from "../console.ts"
import { exitCodes } from "../exit-codes.ts"
import { fileProgress } from "../file-progress.ts"
import { parseTimeframes, splitList } from "../lists.ts"
import { noteUnknown } from "../named-entries.ts"
import type { Body } from "../run-command.ts"
import { formatBytes, formatCount, formatTable } from "../table.ts"
import { withCache } from "../with-cache.ts"
import type { VerifyFlags } from "./verify.ts"

/** What `barkeep verify` does. */
export const run: Body<VerifyFlags> = async (input, context) =>
  withCache(input, context, async ({ cache }) => {
    const { console, signal } = context
    const progress = fileProgress(context)
    const symbols = input.symbols === undefined ? undefined : splitList(input.symbols)
    const seen = new Set<string>()
    const report = await cache
      .verify({
        signal,
        onFile: (file) => {
          seen.add(file.symbol)
          progress.update(file)
        },
        ...(symbols === undefined ? {} : { symbols }),
        ...(input.intervals === undefined ? {} : { timeframes: parseTimeframes(input.intervals) }),
      })
      .finally(progress.close)
    for (const { symbol } of report.findings) if (symbol !== undefined) seen.add(symbol)
    noteUnknown(symbols, seen, console)
    const errors = report.findings.filter(({ severity }) => severity === "error").length
    if (input.json)
      await console.write(
        `${JSON.stringify({ folder: cache.folder, ...report, findings: report.findings.map(withoutMark) })}\n`,
      )
    else await show(report, errors, cache.folder, console)
    return errors > 0 ? exitCodes.findings : exitCodes.done
  })

/** The mark only serves whoever is going to move the file. */
const withoutMark = (finding: VerifyFinding): Omit<VerifyFinding, "mark"> => {
  const shown: { mark?: string } & Omit<VerifyFinding, "mark"> = { ...finding }
  delete shown.mark
  return shown
}

const show = async (
  report: VerifyReport,
  errors: number,
  folder: string,
  console: Console,
): Promise<void> => {
  // Files of other programs are no news one by one: a cache of the original has nothing else.
  const listed = report.findings.filter(({ kind }) => kind !== "foreign").toSorted(worstFirst)
  if (listed.length > 0)
    await console.write(
      formatTable(
        [
          {
            heading: "severity",
            cell: ({ severity }) => severity,
            paint: ({ severity }, paint) => (severity === "error" ? paint.red : paint.dim),
          },
          { heading: "kind", cell: ({ kind }) => kind },
          { heading: "file", cell: ({ path }) => relative(folder, path) || "." },
          { heading: "what", cell: ({ what }) => what },
        ],
        listed,
        console.paint,
      ),
    )
  const foreign = report.findings.length - listed.length
  const notices = listed.length - errors
  await console.write(
    `${formatCount(report.partitions)} files, ${formatCount(report.rows)} rows, ${formatBytes(report.bytes)} read: ${formatCount(errors)} errors, ${formatCount(notices)} notices\n`,
  )
  if (foreign > 0)
    await console.write(
      `${formatCount(foreign)} files were written by another program: read whole, but nothing beside them says what they should hold\n`,
    )
  if (errors > 0) await console.write("barkeep cleanup says what to do about each error\n")
}

const worstFirst = (a: VerifyFinding, b: VerifyFinding): number =>
  (a.severity === "error" ? 0 : 1) - (b.severity === "error" ? 0 : 1)
