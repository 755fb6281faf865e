import type { Adjustment } from "@barkeep/market-data"

/** What prices are, in words that follow them: `as traded`, `adjusted for splits`. */
export const basisText = (adjustment: Adjustment | "unknown" | undefined): string => {
  if (adjustment === undefined || adjustment === "unknown") return "of an unknown basis"
  return adjustment === "none" ? "as traded" : `adjusted for ${adjustment.replaceAll("-", " ")}`
}
