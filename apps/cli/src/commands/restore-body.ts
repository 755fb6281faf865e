import { isoTime } from "@barkeep/market-data"
import { type QuarantineCase, toCaseDocument } from "@barkeep/cleanup"
import { readableText } from "../cleanup-output.ts"
import { exitCodes } from "../exit-codes.ts"
import type { Body } from "../run-command.ts"
import { formatTable } from "../table.ts"
import { withCacheFiles } from "../with-cache-files.ts"
import type { RestoreFlags } from "./restore.ts"

/** What `barkeep restore` does. */
export const run: Body<RestoreFlags> = async (input, context) =>
  withCacheFiles(input, context, async (files) => {
    const { console, signal } = context
    if (input.ids.length === 0) {
      const cases = await files.cases()
      if (input.json) {
        await console.write(`${JSON.stringify({ folder: files.folder, cases: cases.map(toCaseDocument) })}\n`)
        return exitCodes.done
      }
      await console.write(
        cases.length === 0 ? `Nothing is in the quarantine of ${files.folder}\n` : listing(cases),
      )
      return exitCodes.done
    }
    const restored: Array<QuarantineCase> = []
    for (const id of input.ids) {
      signal.throwIfAborted()
      const found = await files.restore(id, { replace: input.replace })
      restored.push(found)
      if (!input.json)
        for (const { from, sizeBytes, sha256 } of found.files)
          await console.write(`${from}  ${sizeBytes} bytes, SHA-256 ${sha256}\n`)
    }
    if (input.json)
      await console.write(
        `${JSON.stringify({ folder: files.folder, restored: restored.map(toCaseDocument) })}\n`,
      )
    return exitCodes.done
  })

const listing = (cases: ReadonlyArray<QuarantineCase>): string =>
  formatTable(
    [
      { heading: "id", cell: ({ id }) => id },
      { heading: "set aside", cell: ({ at }) => isoTime(at) },
      { heading: "file", cell: ({ files }) => fileText(files) },
      { heading: "why", cell: ({ why }) => why },
      { heading: "rows", cell: caseRows },
    ],
    cases,
  )

const fileText = ([first, ...others]: QuarantineCase["files"]): string =>
  first === undefined ? "" : others.length === 0 ? first.from : `${first.from} and ${others.length} more`

const caseRows = ({ readable, salvagedAt }: QuarantineCase): string =>
  readable === undefined ? "" : `${readableText(readable)}${salvagedAt === undefined ? "" : ", put back"}`
