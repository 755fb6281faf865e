import { isoTime } from "@barkeep/market-data"

/** Members that hold a moment. */
const moments = new Set([
  ...["at", "time", "from", "to", "start", "end", "until"],
  ...["retryAt", "openTime", "firstOpenTime", "lastOpenTime", "fetchedAt", "askedAt", "validatedAt"],
])

/** A value of the packages as the one line of JSON that `--json` prints: moments as people and other programs read them. */
export const jsonDocument = (value: unknown): string =>
  `${JSON.stringify(value, (key, member: unknown) =>
    typeof member === "number" && moments.has(key) && Number.isFinite(member) ? isoTime(member) : member,
  )}\n`
