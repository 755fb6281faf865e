import { type EpochMillis, isoTime, toLocalMillis, type ZoneOffsets, zoneOffsets } from "@barkeep/market-data"

export const newYork = "America/New_York"

const dayMillis = 86_400_000
/** 1990 to 2055: before and after everything that is simulated. */
const simulatedTimes = { from: 631_152_000_000, to: 2_682_374_400_000 }

const zones = new Map<string, ZoneOffsets>()

const zoneOf = (timeZone: string): ZoneOffsets => {
  const zone = zones.get(timeZone) ?? zoneOffsets(timeZone, simulatedTimes)
  zones.set(timeZone, zone)
  return zone
}

/** What the clocks of a zone show, in milliseconds counted as if they were UTC. */
const localMillis = (time: EpochMillis, timeZone: string = newYork): number =>
  toLocalMillis(zoneOf(timeZone), time)

/** New York's date of an instant, `YYYY-MM-DD`. */
export const newYorkDate = (time: EpochMillis): string => dateText(Math.floor(localMillis(time) / dayMillis))

/** New York's date and time of an instant, `YYYY-MM-DD HH:MM:SS`. */
export const newYorkTime = (time: EpochMillis): string => {
  const local = localMillis(time)
  const second = Math.floor((local % dayMillis) / 1000)
  const parts = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]
  return `${dateText(Math.floor(local / dayMillis))} ${parts.map((part) => String(part).padStart(2, "0")).join(":")}`
}

/** Today's offset of a zone as a search shows it: `UTC-04`, `UTC+5.5`. */
export const offsetText = (time: EpochMillis, timeZone: string): string => {
  const hours = (localMillis(time, timeZone) - time) / 3_600_000
  const size = Math.abs(hours)
  return `UTC${hours < 0 ? "-" : "+"}${Number.isInteger(size) ? String(size).padStart(2, "0") : size}`
}

const dateTexts = new Map<number, string>()

/** A date given as days since 1970-01-01, `YYYY-MM-DD`. Remembered: whole histories are written with it. */
export const dateText = (date: number): string => {
  const text = dateTexts.get(date) ?? isoTime(date * dayMillis).slice(0, 10)
  dateTexts.set(date, text)
  return text
}
