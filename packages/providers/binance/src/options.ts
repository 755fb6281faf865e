import type { VendorOptions } from "@barkeep/provider-kit"

export interface BinanceOptions extends VendorOptions {
  /**
   * Where Binance is: `binanceMarketDataUrl` serves the same bars, a proxy or a simulator may stand in. Never
   * binance.us, which is another exchange with other prices.
   * @default "https://api.binance.com"
   */
  readonly baseUrl?: string
  /** Calls in flight at once. @default 8 */
  readonly concurrency?: number
}
