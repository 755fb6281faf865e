import type { AdditionsByMarket } from "./expected-times.ts"

/** What besides the rules and the files decides a report. */
export interface ValidationSettings {
  /** Closures and early closes that the calendars do not know, by market. */
  readonly calendarAdditions?: AdditionsByMarket
  /** Places listed for each finding. @default 20 */
  readonly maxPlaces?: number
}

/** The settings as a report's `settings` says them; reports of other settings are not reused. */
export const validationSettings = ({ calendarAdditions = {}, maxPlaces = 20 }: ValidationSettings): string =>
  JSON.stringify([calendarAdditions, maxPlaces])

/** The settings that a report was made with, to judge a part of it anew in the same way; the defaults when it says none. */
export const settingsOf = ({ settings }: { readonly settings: string }): ValidationSettings => {
  try {
    const [calendarAdditions, maxPlaces] = JSON.parse(settings) as [AdditionsByMarket, number]
    return { calendarAdditions, maxPlaces }
  } catch {
    // Written by hand or by another version; such a report is not reused anyway.
    return {}
  }
}
