import type { EpochMillis } from "@barkeep/market-data"
import { serverTime, type VendorAnswer } from "@barkeep/provider-kit"

/**
 * CoinGecko's clock when it made the answer, or earlier: the `Date` header, less the `Age` of an answer from
 * a cache on the way; our clock where a proxy removed the header.
 */
export const timeOfAnswer = ({
  headers,
  receivedAt,
}: Pick<VendorAnswer, "headers" | "receivedAt">): EpochMillis => {
  const age = headers.get("age")?.trim() ?? ""
  return (serverTime(headers) ?? receivedAt) - (/^\d{1,9}$/.test(age) ? Number(age) * 1000 : 0)
}
