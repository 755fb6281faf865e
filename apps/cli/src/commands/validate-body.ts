import { readFile } from "node:fs/promises"
import { resolve } from "node:path"
import { InvalidInput } from "@barkeep/market-data"
import { type AdditionsByMarket, type StoreReport, validationSettings } from "@barkeep/validation"
import type { Console } from "../console.ts"
import { exitCodes } from "../exit-codes.ts"
import { reportPath } from "../report-path.ts"
import type { Body } from "../run-command.ts"
import { summaryText } from "../summary-text.ts"
import { readUnchanged, type Unchanged } from "../validation-index.ts"
import type { ValidateFlags } from "./validate.ts"

/** What `barkeep validate` does. What judges bars is loaded only when there is something to judge. */
export const run: Body<ValidateFlags> = async (input, context) => {
  const failUnder = parseThreshold(input.failUnder)
  const calendarAdditions = await readAdditions(input.calendarFile)
  if (asksForAllOnly(input)) {
    const folder = resolve(context.configure({ cacheDir: input.cacheDir }).cacheDir)
    const found = readUnchanged(folder, validationSettings({ calendarAdditions }))
    if (found !== undefined) {
      await showUnchanged(found, folder, input.json, context.console)
      return failUnder !== undefined && found.summary.lowestScore < failUnder
        ? exitCodes.findings
        : exitCodes.done
    }
  }
  const { validateCache } = await import("../validate-cache.ts")
  const report = await validateCache(input, calendarAdditions, context)
  return failUnder !== undefined && failsUnder(report, failUnder) ? exitCodes.findings : exitCodes.done
}

/** Nothing is asked for that only the report itself can answer. */
const asksForAllOnly = (input: ValidateFlags): boolean =>
  (input.validateAll || (input.symbols === undefined && input.intervals === undefined)) &&
  input.reason === undefined &&
  input.html === undefined &&
  !input.details

const readAdditions = async (path: string | undefined): Promise<AdditionsByMarket> => {
  if (path === undefined) return {}
  const { readCalendarFile } = await import("../read-calendar-file.ts")
  return readCalendarFile(path)
}

/** Says again what the report on the disk says. */
const showUnchanged = async (
  { summary, validatedAt }: Unchanged,
  folder: string,
  json: boolean,
  console: Console,
): Promise<void> => {
  const path = reportPath(folder)
  console.hint(`Nothing has changed since ${validatedAt}`)
  await console.write(json ? await readFile(path, "utf8") : summaryText(summary, path, [], console.paint))
}

/** A gate that finds nothing to look at must not open. */
const failsUnder = (report: StoreReport, threshold: number): boolean =>
  report.entries.length === 0 ||
  report.missing.length > 0 ||
  report.entries.some((entry) => entry.score.value < threshold)

const parseThreshold = (value: number | undefined): number | undefined => {
  if (value === undefined || (value >= 0 && value <= 1)) return value
  throw new InvalidInput({ field: "--fail-under", value, expected: "a score from 0 to 1" })
}
