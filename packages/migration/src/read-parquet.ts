import { allocateBars, columns, TaggedError } from "@barkeep/market-data"
import type { AsyncBuffer } from "hyparquet"
import { type SourceText, timeKinds } from "./source-text.ts"

/** A Parquet file cannot be read as bars. */
export class UnreadableParquet extends TaggedError<"UnreadableParquet"> {
  readonly _tag = "UnreadableParquet"
  override readonly name = "UnreadableParquet"
}

const timeNames = new Set([
  "timestamp",
  "date",
  "datetime",
  "time",
  "open_time",
  "index",
  "__index_level_0__",
])

/**
 * The rows of a Parquet file as pandas writes them: a timestamp column (or index) and open, high, low, close, volume.
 * Times stored in UTC are instants, the others wall-clock times.
 * @throws {UnreadableParquet}
 */
export const readParquet = async (bytes: Uint8Array): Promise<SourceText> => {
  const { parquetMetadata, parquetReadObjects } = await import("hyparquet")
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer
  const file: AsyncBuffer = { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) }
  let rows: ReadonlyArray<Record<string, unknown>>
  let elements: ReadonlyArray<SchemaElement>
  try {
    elements = (parquetMetadata(buffer).schema as ReadonlyArray<SchemaElement>).slice(1)
    rows = await parquetReadObjects({ file, parsers: millisParsers })
  } catch (cause) {
    throw new UnreadableParquet(
      `no Parquet that can be read here: ${cause instanceof Error ? cause.message : String(cause)}`,
    )
  }
  return toText(rows, elements)
}

interface SchemaElement {
  readonly name: string
  readonly logical_type?: { readonly type: string; readonly isAdjustedToUTC?: boolean }
}

// hyparquet would make Date objects, which lose what is finer than a millisecond without saying so.
const millisParsers = {
  timestampFromMilliseconds: (value: bigint) => Number(value),
  timestampFromMicroseconds: (value: bigint) => Number(value) / 1000,
  timestampFromNanoseconds: (value: bigint) => Number(value / 1000n) / 1000,
  dateFromDays: (value: number) => value * 86_400_000,
}

const toText = (
  rows: ReadonlyArray<Record<string, unknown>>,
  elements: ReadonlyArray<SchemaElement>,
): SourceText => {
  const names = elements.map(({ name }) => name)
  const find = (wanted: (name: string) => boolean): string | undefined =>
    names.find((name) => wanted(name.toLowerCase()))
  const time = find((name) => timeNames.has(name))
  if (time === undefined)
    throw new UnreadableParquet(`no column is a timestamp, the names are: ${names.join(", ")}`)
  const logical = elements.find(({ name }) => name === time)?.logical_type
  const kind =
    logical?.type === "DATE"
      ? timeKinds.date
      : logical?.isAdjustedToUTC === true
        ? timeKinds.instant
        : timeKinds.wall
  const bars = allocateBars(rows.length)
  const used = new Set([time])
  for (const column of columns) {
    const name = column === "openTime" ? time : find((each) => each === column)
    if (name === undefined && column !== "volume")
      throw new UnreadableParquet(`no column is named ${column}, the names are: ${names.join(", ")}`)
    if (name !== undefined) used.add(name)
    for (const [row, record] of rows.entries())
      bars[column][row] =
        name === undefined ? Number.NaN : numberOf(record[name], name, row, column === "openTime")
  }
  return {
    bars,
    kinds: new Uint8Array(rows.length).fill(kind),
    lines: Int32Array.from(rows.keys(), (row) => row + 1),
    unreadable: [],
    extraColumns: names.filter((name) => !used.has(name)),
    notes: ["Parquet"],
  }
}

const numberOf = (value: unknown, name: string, row: number, isTime: boolean): number => {
  if (typeof value === "number" && !(isTime && !Number.isSafeInteger(value))) return value
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value)
  if ((value === null || value === undefined) && !isTime) return Number.NaN
  throw new UnreadableParquet(`row ${row + 1}: ${name} is ${String(value)}`)
}
