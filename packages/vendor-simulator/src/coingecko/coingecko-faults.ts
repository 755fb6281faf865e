/** What CoinGecko, or the network in front of it, says instead of answering. */
export type CoingeckoAnswerFault =
  /** 429 with the text "Throttled" and no time. */
  | { readonly type: "throttled" }
  /** An HTML page: 429 with code 1015 for too many calls, 403 with 1020 for a rule of the firewall. */
  | {
      readonly type: "cloudflare"
      /** @default 1015 */
      readonly code?: 1015 | 1020
    }
