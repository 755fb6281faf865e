import { hash } from "node:crypto"
import type { Bars, EpochMillis } from "@barkeep/market-data"
import type { ProviderError, VendorClient } from "@barkeep/provider-kit"
import { callBytes, callText } from "@barkeep/provider-kit/effect"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { archiveCsvToBars } from "./archive-csv.ts"
import { type ArchiveFile, fileName } from "./archive-file.ts"
import { checksumCall, zipCall } from "./calls.ts"
import { unzipSingle } from "./unzip-single.ts"

/** A file whose content is what its checksum promises. */
export interface DownloadedFile {
  readonly file: ArchiveFile
  /** All rows, in the file's order, unchecked. */
  readonly bars: Bars
  /** Of the zip, lower case hex. */
  readonly sha256: string
  /** The zip's tag, without quotes. */
  readonly etag: string | undefined
  readonly receivedAt: EpochMillis
}

/**
 * A file of the archive with its rows; `undefined` when the archive does not have it, or not yet its checksum. A file
 * that does not fit its checksum is asked for once more, both of them: it may just have been republished.
 */
export const downloadFile = Effect.fnUntraced(function* (client: VendorClient, file: ArchiveFile) {
  const distrust = (issue: string): Effect.Effect<never, ProviderError> =>
    Effect.fail(
      client.error(zipCall(file).operation, {
        _tag: "MalformedResponse",
        issue: `${fileName(file)}.zip: ${issue}`,
      }),
    )
  let verified = yield* fetchVerified(client, file)
  if (typeof verified === "string") verified = yield* fetchVerified(client, file)
  if (typeof verified === "string")
    return yield* distrust(`${verified}, twice; ask again later, or leave the archive out: archive "never"`)
  if (verified === undefined) return undefined
  const { bytes, sha256, etag, receivedAt } = verified
  const csv = yield* Effect.promise(() => unzipSingle(bytes, `${fileName(file)}.csv`))
  if (Result.isFailure(csv)) return yield* distrust(csv.failure)
  const bars = yield* Effect.promise(() => archiveCsvToBars(csv.success))
  if (Result.isFailure(bars)) return yield* distrust(bars.failure)
  return { file, bars: bars.success, sha256, etag, receivedAt } satisfies DownloadedFile
})

/** Whether the archive has the file, by its checksum. */
export const hasFile = (client: VendorClient, file: ArchiveFile): Effect.Effect<boolean, ProviderError> =>
  Effect.map(absentAs404(callText(client, checksumCall(file))), (checksum) => checksum !== undefined)

/** The zip's bytes, or a text that says why they cannot be trusted. */
const fetchVerified = Effect.fnUntraced(function* (client: VendorClient, file: ArchiveFile) {
  const [zip, checksum] = yield* Effect.all(
    [absentAs404(callBytes(client, zipCall(file))), absentAs404(callText(client, checksumCall(file)))],
    { concurrency: 2 },
  )
  if (zip === undefined || checksum === undefined) return undefined
  const promised = parseChecksum(checksum.text, `${fileName(file)}.zip`)
  if (promised === undefined) return "its CHECKSUM is no line with a SHA-256 and this name"
  const sha256 = hash("sha256", zip.bytes, "hex")
  if (sha256 !== promised) return `has the SHA-256 ${sha256}, its CHECKSUM says ${promised}`
  const etag = zip.headers.get("etag")?.replaceAll('"', "")
  return { bytes: zip.bytes, sha256, etag, receivedAt: zip.receivedAt }
})

const absentAs404 = <A>(call: Effect.Effect<A, ProviderError>): Effect.Effect<A | void, ProviderError> =>
  call.pipe(
    Effect.catchIf(
      ({ reason }) => reason._tag === "RequestRejected" && reason.status === 404,
      () => Effect.void,
    ),
  )

/** The SHA-256 that a line `<hex>  <name>`, as `sha256sum` writes it, gives this file. */
export const parseChecksum = (text: string, name: string): string | undefined => {
  const [, sha256, named] = /^([0-9a-f]{64}) [ *](.+?)\r?\n?$/i.exec(text) ?? []
  return named === name ? sha256?.toLowerCase() : undefined
}
