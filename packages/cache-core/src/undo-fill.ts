import type { Timeframe } from "@barkeep/market-data"
import { recoverEntry } from "./commit.ts"
import type { LockedStep } from "./fill-entry.ts"
import { fillFolder, readFillNote, writeFillNote } from "./fill-note.ts"
import { dropFolder } from "./drop-folder.ts"
import { locateEntry, yearsIn } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"
import { type UndoneYear, undoYear } from "./undo-year.ts"

/** What undoing a fill did. */
export interface UndoResult {
  readonly fillId: string
  readonly symbol: string
  readonly timeframe: Timeframe
  readonly rowsRemoved: number
  /** The years that had rows of the fill. */
  readonly years: ReadonlyArray<UndoneYear>
}

/**
 * Takes a fill back, year by year: the exact files of before where nothing else was written since, else just its rows.
 * Undoing again does nothing. Only under the entry's lock.
 * @throws {CacheError}
 */
export const undoFill = async (
  context: StoreContext,
  id: string,
  symbol: string,
  timeframe: Timeframe,
  step: LockedStep,
): Promise<UndoResult> => {
  const location = locateEntry(context, symbol, timeframe)
  await recoverEntry(context, location.folder)
  const note = readFillNote(context, id)
  const years: Array<UndoneYear> = []
  for (const year of yearsIn(location)) {
    const undone = await undoYear(context, location, id, note, year, step)
    if (undone !== undefined) years.push(undone)
  }
  const rowsRemoved = years.reduce((sum, { rows }) => sum + rows, 0)
  if (note !== undefined && note.undone === undefined)
    await writeFillNote(context, { ...note, undone: { at: context.clock.now(), rows: rowsRemoved } })
  return { fillId: id, symbol, timeframe, rowsRemoved, years }
}

/**
 * Deletes what is kept for undoing a fill byte for byte, and the note of it. Its rows stay, and can still be taken out
 * by their provenance. Only under the entry's lock.
 * @throws {CacheError} `StorageFailure`
 */
export const dropUndo = (context: StoreContext, id: string): void =>
  dropFolder(context, fillFolder(context, id))
