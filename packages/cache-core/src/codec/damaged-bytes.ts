import { TaggedError } from "@barkeep/market-data"

/** What is wrong with the bytes of a file, as far as one can tell. */
export type DamageKind =
  | "gzip"
  | "checksum"
  | "header"
  | "row"
  | "order"
  | "duplicate"
  | "encoding"
  | "size"
  | "time"

/** Where the damage was found; `line` counts from 1 and includes the header line. */
export interface DamagePlace {
  readonly line?: number
  /** The earlier line of two that contradict each other. */
  readonly otherLine?: number
  /** The column's name in the file, or `openTime` and so on. */
  readonly column?: string
  readonly byteOffset?: number
}

/** The bytes of a file cannot be read without guessing. The codec knows no path; its caller adds it. */
export class DamagedBytes extends TaggedError<"DamagedBytes"> {
  readonly _tag = "DamagedBytes"
  override readonly name = "DamagedBytes"
  readonly kind: DamageKind
  readonly issue: string
  readonly line?: number
  readonly otherLine?: number
  readonly column?: string
  readonly byteOffset?: number

  constructor(options: { readonly kind: DamageKind; readonly issue: string } & DamagePlace) {
    super(`${options.issue}${placeText(options)}`)
    this.kind = options.kind
    this.issue = options.issue
    if (options.line !== undefined) this.line = options.line
    if (options.otherLine !== undefined) this.otherLine = options.otherLine
    if (options.column !== undefined) this.column = options.column
    if (options.byteOffset !== undefined) this.byteOffset = options.byteOffset
  }
}

const placeText = (place: DamagePlace): string => {
  const parts: Array<string> = []
  if (place.line !== undefined) parts.push(`line ${place.line}`)
  if (place.column !== undefined) parts.push(`column ${place.column}`)
  if (place.byteOffset !== undefined) parts.push(`byte ${place.byteOffset}`)
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`
}
