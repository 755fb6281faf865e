import { type EpochMillis, parseIsoTime } from "@barkeep/market-data"

/** What an old metadata file says of one year. */
export interface OldMetadata {
  readonly provider: string | undefined
  /** As the original noted it, in local time of an unknown zone, read as UTC. */
  readonly writtenAt: EpochMillis | undefined
  /** The file's content for the certificate; the text itself where it is no JSON. */
  readonly content: unknown
}

const nothing: OldMetadata = { provider: undefined, writtenAt: undefined, content: undefined }

/** Reads the metadata of every generation; damaged metadata says nothing and is kept as text. */
export const parseOldMetadata = (bytes: Uint8Array | undefined, year: number): OldMetadata => {
  if (bytes === undefined) return nothing
  const text = new TextDecoder().decode(bytes)
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return { ...nothing, content: text }
  }
  const object = toObject(content)
  const own = toObject(toObject(object["years"])[String(year)])
  return {
    provider: firstText(own["provider"], object["provider"], object["data_source"]),
    writtenAt: firstTime(
      own["last_modified"],
      own["created_at"],
      object["last_updated"],
      object["migrated_at"],
      object["created_at"],
    ),
    content: "years" in object && Object.keys(own).length > 0 ? own : content,
  }
}

const toObject = (value: unknown): { readonly [key: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: unknown })
    : {}

const firstText = (...values: ReadonlyArray<unknown>): string | undefined =>
  values.find((value): value is string => typeof value === "string" && value !== "")

const firstTime = (...values: ReadonlyArray<unknown>): EpochMillis | undefined => {
  for (const value of values) {
    if (typeof value !== "string") continue
    try {
      return Math.floor(parseIsoTime(/(Z|[+-]\d\d:?\d\d)$/.test(value) ? value : `${value}Z`))
    } catch {
      // Not a time: the next one may be.
    }
  }
  return undefined
}
