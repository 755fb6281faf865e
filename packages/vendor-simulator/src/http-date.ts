import { type EpochMillis, isoTime } from "@barkeep/market-data"

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

/**
 * The instant as an HTTP header writes it, cut to the second.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
 * @example
 * httpDate(784_111_777_000) // => "Sun, 06 Nov 1994 08:49:37 GMT"
 */
export const httpDate = (time: EpochMillis): string => {
  const second = Math.floor(time / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    lastText = formatSecond(second)
  }
  return lastText
}

// Every answer carries a date and thousands share a second.
let lastSecond = Number.NaN
let lastText = ""

const formatSecond = (second: number): string => {
  const iso = isoTime(second * 1000)
  // 1970-01-01 was a Thursday.
  const weekday = weekdays[(((Math.floor(second / 86_400) + 4) % 7) + 7) % 7]
  const month = months[Number(iso.slice(5, 7)) - 1]
  return `${weekday}, ${iso.slice(8, 10)} ${month} ${iso.slice(0, 4)} ${iso.slice(11, 19)} GMT`
}
