import { InvalidInput } from "@barkeep/market-data"
import type { VendorOptions } from "@barkeep/provider-kit"
import { binanceApiUrl } from "./endpoints.ts"

/**
 * Which part of an answer comes from Binance's archive of files: of a long request all that pays, nothing, or all that
 * it may have.
 */
export type ArchiveMode = "auto" | "never" | "always"

export interface BinanceOptions extends VendorOptions {
  /**
   * Where Binance is: `binanceMarketDataUrl` serves the same bars, a proxy or a simulator may stand in. Never
   * binance.us, which is another exchange with other prices.
   * @default "https://api.binance.com"
   */
  readonly baseUrl?: string
  /** Where Binance's archive is; a mirror or a simulator may stand in. @default "https://data.binance.vision" */
  readonly archiveUrl?: string
  /**
   * @default "auto", but "never" when `baseUrl` is not Binance's own and `archiveUrl` is not given: whatever stands in
   * for Binance must not be mixed with the real archive
   */
  readonly archive?: ArchiveMode
  /** Windows and files in flight at once; a file of the archive takes two calls. @default 8 */
  readonly concurrency?: number
}

/** The mode in force. @throws {InvalidInput} when `archive` is none, and for an address of binance.us */
export const archiveModeOf = ({
  archive,
  archiveUrl,
  baseUrl = binanceApiUrl,
}: BinanceOptions): ArchiveMode => {
  if (isOtherExchange(baseUrl))
    throw new InvalidInput({
      field: "baseUrl",
      value: baseUrl,
      expected: "Binance's address or one that stands in for it; binance.us has other prices",
    })
  if (archive === undefined) return archiveUrl !== undefined || isBinance(baseUrl) ? "auto" : "never"
  if (!["auto", "never", "always"].includes(archive))
    throw new InvalidInput({ field: "archive", value: archive, expected: "auto, never or always" })
  return archive
}

/** Another exchange: its bars must not stand beside Binance's. */
const isOtherExchange = (baseUrl: string): boolean =>
  /(^|\.)binance\.us$/i.test(URL.parse(baseUrl)?.hostname ?? "")

/** @see https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#general-api-information */
const isBinance = (baseUrl: string): boolean =>
  /^(api([1-4]|-gcp)?\.binance\.com|data-api\.binance\.vision)$/.test(URL.parse(baseUrl)?.hostname ?? "")
