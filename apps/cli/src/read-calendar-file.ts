import { readFile } from "node:fs/promises"
import { InvalidInput } from "@barkeep/market-data"
import { type CalendarAdditions, parseCalendarAdditions } from "@barkeep/trading-calendar"

/**
 * The closures and sessions of a file that the calendars do not know, by market.
 * @throws {InvalidInput | InvalidCalendarAdditions} when it cannot be read or is no such document
 */
export const readCalendarFile = async (
  path: string,
): Promise<{ readonly [market: string]: CalendarAdditions }> => {
  let content: unknown
  try {
    content = JSON.parse(await readFile(path, "utf8"))
  } catch (error) {
    throw new InvalidInput({
      field: "--calendar-file",
      value: path,
      expected: `a readable JSON file (${error instanceof Error ? error.message : String(error)})`,
    })
  }
  return parseCalendarAdditions(content)
}
