import * as path from "node:path"
import type { Coverage, Timeframe } from "@barkeep/market-data"
import { storageFailure } from "./cache-error.ts"
import { flushFolder, makeFolders, removeIfThere, rename, replaceFile } from "./commit.ts"
import { readEmptyAnswers, writeEmptyAnswers } from "./empty-answers.ts"
import { fillFolder } from "./fill-note.ts"
import { checkFillId } from "./fill-request.ts"
import { guard, locateEntry, ownFolder, partitionPaths, temporaryPaths } from "./layout.ts"
import { mergeAnswers } from "./merge-year.ts"
import { parseMetadata, toCoverage } from "./parse-metadata.ts"
import { formatVersion } from "./partition-metadata.ts"
import { printObject, toCoverageRow } from "./print-metadata.ts"
import { asInteger, asOneOf, asText } from "./read-json.ts"
import { readNote } from "./read-note.ts"
import type { StoreContext } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"

/** A step back of one year that counts from the moment this note is on the disk. */
export interface UndoStep {
  readonly id: string
  readonly year: number
  /** Put the kept files back, or take away a year that only the fill made. */
  readonly action: "restore" | "remove"
  /** Answers of a year that goes away. */
  readonly coverage: Coverage
}

/** Takes the step durably, so that a crash at any moment leaves the state before or one that the next writer finishes. */
export const takeUndoStep = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  step: UndoStep,
): Promise<void> => {
  const file = stepPath(context, symbol, timeframe)
  await makeFolders(context, path.dirname(file))
  await replaceFile(
    context,
    file,
    printObject({
      format_version: formatVersion,
      symbol,
      timeframe,
      ...step,
      coverage: step.coverage.map(toCoverageRow),
    }),
  )
  await finishUndo(context, symbol, timeframe)
}

/** Finishes a step back that counts and was not finished; nothing when there is none. Only under the entry's lock. */
export const finishUndo = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
): Promise<void> => {
  const step = readStep(context, symbol, timeframe)
  if (step === undefined) return
  const { folder } = locateEntry(context, symbol, timeframe)
  if (step.action === "restore") await restoreYear(context, folder, step)
  else await removeYear(context, symbol, timeframe, folder, step)
  if (context.flush) await flushFolder(context, folder)
  const file = stepPath(context, symbol, timeframe)
  guard(file, "write", () => context.files.remove(file))
  if (context.flush) await flushFolder(context, path.dirname(file))
}

const restoreYear = async (context: StoreContext, folder: string, { id, year }: UndoStep): Promise<void> => {
  const kept = partitionPaths(fillFolder(context, id), year)
  const target = partitionPaths(folder, year)
  const isThere = (file: string): boolean =>
    guard(file, "write", () => context.files.stat(file)) !== undefined
  if (isThere(kept.data)) {
    if (isThere(kept.metadata)) await announce(context, folder, year, kept.metadata)
    await rename(context, kept.data, target.data)
  }
  if (isThere(kept.metadata)) {
    const pending = pendingOf(context, folder, year, kept.metadata)
    await rename(context, kept.metadata, target.metadata)
    if (pending !== undefined) removeIfThere(context, pending)
  } else if (isOfFill(context, target.metadata, id)) removeIfThere(context, target.metadata)
  context.memory.forget(target.metadata)
}

// Between the two renames readers look for the metadata of the data that they find under this name.
const announce = async (
  context: StoreContext,
  folder: string,
  year: number,
  metadata: string,
): Promise<void> => {
  const pending = pendingOf(context, folder, year, metadata)
  if (pending === undefined) return
  removeIfThere(context, pending)
  const bytes = guard(metadata, "read", () => context.files.readFile(metadata))
  try {
    await context.files.writeNew(pending, [bytes], context.flush)
  } catch (cause) {
    throw storageFailure(pending, "write", cause)
  }
}

const pendingOf = (
  context: StoreContext,
  folder: string,
  year: number,
  metadata: string,
): string | undefined => {
  const parsed = parseMetadata(
    new TextDecoder().decode(guard(metadata, "read", () => context.files.readFile(metadata))),
  )
  return parsed.kind === "ours"
    ? temporaryPaths(folder, year, parsed.metadata.generation).metadata
    : undefined
}

// A file that came without metadata goes back to having none; by now the metadata there can only be the fill's.
const isOfFill = (context: StoreContext, metadata: string, id: string): boolean => {
  context.memory.forget(metadata)
  const parsed = guard(metadata, "read", () => context.memory.read(metadata))
  return parsed?.kind === "ours" && parsed.metadata.provenance.some((span) => span.fillId === id)
}

const removeYear = async (
  context: StoreContext,
  symbol: string,
  timeframe: Timeframe,
  folder: string,
  { year, coverage }: UndoStep,
): Promise<void> => {
  if (coverage.length > 0) {
    const answers = readEmptyAnswers(context, symbol, timeframe, "write")
    const merged = mergeAnswers(answers, { year, runs: [], answers: coverage })
    await writeEmptyAnswers(context, symbol, timeframe, merged)
  }
  const target = partitionPaths(folder, year)
  // Metadata without a data file would tell readers of a loss.
  removeIfThere(context, target.metadata)
  if (guard(target.data, "write", () => context.files.stat(target.data)) !== undefined)
    guard(target.data, "write", () => context.files.remove(target.data))
  context.memory.forget(target.metadata)
}

const stepPath = (context: StoreContext, symbol: string, timeframe: Timeframe): string =>
  path.join(ownFolder(context.root), "journal", `${folderOfSymbol(symbol)}.${timeframe}.undo`)

const readStep = (context: StoreContext, symbol: string, timeframe: Timeframe): UndoStep | undefined => {
  const file = stepPath(context, symbol, timeframe)
  return readNote(context, file, (object) => {
    return {
      id: checkFillId(asText(object["id"], "id")),
      year: asInteger(object["year"], "year"),
      action: asOneOf(object["action"], ["restore", "remove"], "action"),
      coverage: toCoverage(object["coverage"]),
    }
  })
}
