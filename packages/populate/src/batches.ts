import { barCount, type BarPage } from "@barkeep/market-data"
import * as Schedule from "effect/Schedule"
import * as Sink from "effect/Sink"
import * as Stream from "effect/Stream"
import { type PortFailure, toPortFailure } from "./port-failure.ts"

/** How much fetched data may be uncommitted at any moment. */
export interface BatchLimits {
  /** @default 50000 */
  readonly rows?: number
  /** @default 2000 */
  readonly millis?: number
}

/** Pages to commit together, then perhaps the error that ended the stream. */
export interface Batch {
  readonly pages: ReadonlyArray<BarPage>
  readonly rows: number
  readonly error?: PortFailure
}

/**
 * Groups pages into batches bounded by rows and time; a page that is larger by itself is a batch of its own. Pages that
 * came before a failure are not lost: they are in the last batch, beside the error, and the stream itself never fails.
 */
export const toBatches = (
  pages: AsyncIterable<BarPage>,
  { rows = 50_000, millis = 2000 }: BatchLimits,
): Stream.Stream<Batch> =>
  Stream.fromAsyncIterable(pages, toPortFailure).pipe(
    Stream.map((page): Part => ({ page })),
    Stream.catch((error) => Stream.succeed<Part>({ error })),
    Stream.aggregateWithin(untilFull(rows), Schedule.spaced(millis)),
    Stream.flatMap(({ parts }) => Stream.fromIterable(splitByRows(parts, rows).map(batchOf))),
  )

type Part = { readonly page: BarPage } | { readonly error: PortFailure }

/** Pages that have come and are not committed yet. */
interface Pending {
  readonly parts: Array<Part>
  readonly rows: number
  readonly lastRows: number
}

/** Takes pages until another one like the last would be too much; the archive's pages are 44 times those of the API. */
const untilFull = (limit: number): Sink.Sink<Pending, Part, Part> =>
  Sink.reduceWhile<Pending, Part>(
    () => ({ parts: [], rows: 0, lastRows: 0 }),
    ({ rows, lastRows }) => rows + lastRows <= limit,
    ({ parts, rows }, part) => {
      parts.push(part)
      return { parts, rows: rows + rowsOf(part), lastRows: rowsOf(part) }
    },
  )

const rowsOf = (part: Part): number => ("page" in part ? barCount(part.page.bars) : 0)

const batchOf = (parts: ReadonlyArray<Part>): Batch => {
  const pages = parts.flatMap((part) => ("page" in part ? [part.page] : []))
  const failure = parts.find((part) => "error" in part)
  return {
    pages,
    rows: pages.reduce((sum, page) => sum + barCount(page.bars), 0),
    ...(failure === undefined ? {} : { error: failure.error }),
  }
}

/** Runs of parts of at most `rows` rows each, or of one page that is larger by itself (a month of an archive). */
const splitByRows = (parts: ReadonlyArray<Part>, rows: number): ReadonlyArray<ReadonlyArray<Part>> => {
  const runs: Array<Array<Part>> = []
  let room = 0
  for (const part of parts) {
    const size = rowsOf(part)
    const last = runs.at(-1)
    if (last === undefined || size > room) {
      runs.push([part])
      room = rows - size
    } else {
      last.push(part)
      room -= size
    }
  }
  return runs
}
