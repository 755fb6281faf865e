import type { IncomingHttpHeaders } from "node:http"

/** How many units of the asked time unit make a millisecond. */
export type TimeUnit = 1 | 1000

/**
 * The unit that the header `X-MBX-TIME-UNIT` asks for; `undefined` when it asks for none that there is.
 * @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#general-api-information
 */
export const askedTimeUnit = (headers: IncomingHttpHeaders): TimeUnit | undefined => {
  switch (String(headers["x-mbx-time-unit"] ?? "MILLISECOND").toUpperCase()) {
    case "MILLISECOND":
      return 1
    case "MICROSECOND":
      return 1000
    default:
      return undefined
  }
}
