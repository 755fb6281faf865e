import { Temporal } from "temporal-polyfill"

const timeText = /^(\d{4})-(\d\d)-(\d\d)(?: ([01]\d|2[0-3]):([0-5]\d):([0-5]\d))?$/
const second = 1000

/**
 * A reader of wall-clock texts, `2024-01-31` or `2024-01-31 09:30:00`, as milliseconds counted as if they were UTC;
 * `undefined` for any other text and for dates that no calendar has. Remembers the dates it saw.
 */
export const localTimeReader = (): ((text: string) => number | undefined) => {
  const midnights = new Map<string, number | undefined>()
  return (text) => {
    const parts = timeText.exec(text)
    if (parts === null) return undefined
    const date = text.slice(0, 10)
    if (!midnights.has(date)) midnights.set(date, midnightOf(date))
    const midnight = midnights.get(date)
    if (midnight === undefined) return undefined
    const [hours, minutes, seconds] = parts.slice(4).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
    ]
    return midnight + ((hours * 60 + minutes) * 60 + seconds) * second
  }
}

const midnightOf = (date: string): number | undefined => {
  try {
    return Temporal.PlainDate.from(date).toZonedDateTime("UTC").epochMilliseconds
  } catch {
    return undefined
  }
}

/** Wall-clock milliseconds as text, for messages. */
export const localTimeText = (localMillis: number): string =>
  Temporal.Instant.fromEpochMilliseconds(localMillis).toString().slice(0, 19).replace("T", " ")
