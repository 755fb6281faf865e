import { barEnd, type EpochMillis, openTimeOf, type Timeframe } from "@barkeep/market-data"
import type { ProviderError, VendorClient } from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { downloadFile, hasFile } from "./archive-download.ts"
import { type ArchiveFile, archiveStart, isPublished, monthlyFile } from "./archive-file.ts"

/** Questions for checksums in flight at once: a file that is not there is a short answer. */
const atOnce = 8

/**
 * The open time of the first row that the archive's monthly files have of a pair; `undefined` when they have none. Asks
 * month by month from 2017-07 on.
 */
export const findFirstInArchive = Effect.fnUntraced(function* (
  client: VendorClient,
  vendorSymbol: string,
  timeframe: Timeframe,
  now: EpochMillis,
): Effect.fn.Return<EpochMillis | undefined, ProviderError> {
  const first = yield* Stream.fromIterable(publishedMonths(vendorSymbol, timeframe, now)).pipe(
    Stream.mapEffect((file) => Effect.map(hasFile(client, file), (has) => ({ file, has })), {
      concurrency: atOnce,
    }),
    Stream.filter(({ has }) => has),
    Stream.runHead,
  )
  if (Option.isNone(first)) return undefined
  const downloaded = yield* downloadFile(client, first.value.file)
  const time = downloaded?.bars.openTime[0]
  // A row off the grid belongs to the bar that holds it.
  return time === undefined ? undefined : openTimeOf(timeframe, Math.floor(time))
})

const publishedMonths = (
  vendorSymbol: string,
  timeframe: Timeframe,
  now: EpochMillis,
): ReadonlyArray<ArchiveFile> => {
  const files: Array<ArchiveFile> = []
  let file = monthlyFile(vendorSymbol, timeframe, archiveStart)
  for (; isPublished(file, now); file = monthlyFile(vendorSymbol, timeframe, barEnd("1mo", file.period.from)))
    files.push(file)
  return files
}
