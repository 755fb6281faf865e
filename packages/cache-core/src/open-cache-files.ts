import { InvalidInput, parseTimeframe } from "@barkeep/market-data"
import { CacheError, describeCacheFailure } from "./cache-error.ts"
import type { CacheFiles, EntryName, RebuildOutcome } from "./cache-files.ts"
import { expireCase, finishExpired } from "./expire-case.ts"
import { yearMark } from "./file-mark.ts"
import type { LockedStep } from "./fill-entry.ts"
import { isLink, leadsOut } from "./inside-cache.ts"
import { guard, listSymbolFolders, listTimeframeFolders, locateEntry, partitionPaths } from "./layout.ts"
import { isNetworkFolder } from "./network-folder.ts"
import { openContext } from "./open-context.ts"
import { probeLock, staleLocks } from "./probe-lock.ts"
import type { Writer } from "./put-pages.ts"
import type { CachePutResult } from "./put-result.ts"
import type { Quarantined } from "./quarantine.ts"
import { findQuarantined, finishQuarantined, restoreQuarantined } from "./quarantine-entry.ts"
import { listNotes } from "./quarantine-note.ts"
import { rebuildYear, siblingEntry } from "./rebuild-year.ts"
import { casePresence, noteSalvaged, salvageCase } from "./salvage-case.ts"
import { findDisturbance, setAside } from "./set-aside.ts"
import type { CacheOptions, StoreContext } from "./store-context.ts"
import { folderOfSymbol } from "./symbol-names.ts"
import { ownLeftOvers, tidyEntry } from "./tidy-entry.ts"
import { type VerifyFilter, verifyCache } from "./verify.ts"
import { toFinding, type VerifyFinding, type VerifyReport } from "./verify-finding.ts"

/**
 * Opens the files of a cache for a cleanup. Nothing is created before something is moved. A lock that somebody holds is
 * waited for shortly: what is in use is left alone.
 * @throws {InvalidInput} when `folder` is no path
 * @throws {CacheError} `StorageFailure` when something else than a folder is there, or it cannot be looked at
 */
export const openCacheFiles = async (folder: string, options: CacheOptions = {}): Promise<CacheFiles> => {
  const context = withShortWait(openContext(folder, options), options)
  let writer: Promise<Writer> | undefined
  const running = new Set<Promise<unknown>>()
  const run = async <A>(body: (writer: Writer) => ReturnType<Writer["exclusively"]>): Promise<A> => {
    writer ??= import("./put-pages.ts").then(({ makeWriter }) => makeWriter(context))
    const { runPromise } = await import("effect/Effect")
    const result = runPromise(body(await writer)) as Promise<A>
    running.add(result)
    try {
      return await result
    } finally {
      running.delete(result)
    }
  }
  const locked = <A>(
    { symbol, timeframe }: EntryName,
    body: (step: LockedStep) => Promise<A>,
  ): Promise<A> => {
    const known = parseTimeframe(timeframe)
    folderOfSymbol(symbol)
    return run<A>((open) => open.exclusively(symbol, known, body))
  }
  const getCase = (id: string): Quarantined => {
    const found = findQuarantined(context, id)
    if (found !== undefined) return found
    throw new InvalidInput({ field: "id", value: id, expected: "the id of a case in the quarantine" })
  }
  return {
    folder: context.root,
    inspect: async (filter = {}) => inspect(context, filter),
    findWriter: async (entry) => probeLock(context, entry),
    setAside: (request) => orBusy(() => locked(request, () => setAside(context, request))),
    rebuild: (year) => orBusy(() => locked(year, (step) => rebuild(context, year, step))),
    tidy: (entry) => orBusy(() => locked(entry, () => tidyEntry(context, entry))),
    finishInterrupted: async () => {
      finishExpired(context)
      const finished: Array<Quarantined> = []
      for (const { quarantined, state } of listNotes(context, reportedByInspect)) {
        if (state !== "moving") continue
        // Busy: whoever moves the files is still at it.
        const done = await orBusy(() => locked(quarantined, () => finishQuarantined(context, quarantined.id)))
        if (done === true) finished.push(quarantined)
      }
      return finished
    },
    cases: async () =>
      listNotes(context, reportedByInspect).flatMap(({ quarantined, state }) =>
        state === "restored" ? [] : [quarantined],
      ),
    presence: async (id) => casePresence(context, getCase(id)),
    salvage: async (id) => {
      const found = getCase(id)
      const result = await salvageCase(context, found, (request) =>
        run<CachePutResult>((open) => open.put(request)),
      )
      if (result.rows > 0) await locked(found, () => noteSalvaged(context, getCase(id)))
      return result
    },
    restore: async (id, { replace = false } = {}) => {
      const found = getCase(id)
      await locked(found, () => restoreQuarantined(context, found, replace))
      return found
    },
    expire: async (id) => {
      const found = getCase(id)
      await locked(found, () => expireCase(context, found))
    },
    close: async () => {
      await Promise.allSettled(running)
    },
  }
}

/** A note that cannot be read is a finding of `inspect`; the other cases are there all the same. */
const reportedByInspect = (): void => {}

const inspect = async (context: StoreContext, filter: VerifyFilter): Promise<VerifyReport> => {
  const report = await verifyCache(context, filter)
  const isWanted = ({ symbol, timeframe }: Partial<EntryName>): boolean =>
    (symbol === undefined || filter.symbols?.includes(symbol) !== false) &&
    (timeframe === undefined || filter.timeframes?.includes(timeframe) !== false)
  const notes: Array<VerifyFinding> = []
  if (filter.symbols === undefined && filter.timeframes === undefined)
    listNotes(context, (error) => void notes.push(toFinding(error)))
  const entries = listSymbolFolders(context)
    .flatMap((symbol) => listTimeframeFolders(context, symbol).map((timeframe) => ({ symbol, timeframe })))
    .filter(isWanted)
  return {
    ...report,
    findings: [
      ...report.findings,
      ...notes,
      ...ownLeftOvers(context, entries),
      ...staleLocks(context).filter(isWanted),
    ],
  }
}

const rebuild = async (
  context: StoreContext,
  { symbol, timeframe, year, mark }: Parameters<CacheFiles["rebuild"]>[0],
  step: LockedStep,
): Promise<RebuildOutcome> => {
  const { folder } = locateEntry(context, symbol, timeframe)
  const { metadata } = partitionPaths(folder, year)
  if (isLink(metadata) || leadsOut(context, metadata))
    return { _tag: "Outside", what: `${metadata} is reached by a symbolic link` }
  const { data } = partitionPaths(folder, year)
  const disturbed = await findDisturbance(
    context,
    [data, metadata],
    () => yearMark(context, folder, year),
    mark,
  )
  if (disturbed !== undefined) return disturbed
  const entry = await siblingEntry(context, symbol, timeframe, year)
  return entry === undefined
    ? { _tag: "KindUnknown" }
    : { _tag: "SetAside", quarantined: await rebuildYear(context, year, entry, step) }
}

/** A lock that somebody else keeps is an outcome here, not an error. */
const orBusy = async <A>(
  body: () => Promise<A>,
): Promise<A | { readonly _tag: "Busy"; readonly what: string }> => {
  try {
    return await body()
  } catch (error) {
    if (error instanceof CacheError && error.reason._tag === "LockHeld")
      return { _tag: "Busy", what: describeCacheFailure(error.reason) }
    throw error
  }
}

const shortWaitMillis = 3000

const withShortWait = (context: StoreContext, options: CacheOptions): StoreContext => {
  if (options.lockTimeoutMillis !== undefined) return context
  const isThere = guard(context.root, "open", () => context.files.stat(context.root)) !== undefined
  // That the holder of a lease is gone shows only after a while.
  const lockTimeoutMillis =
    isThere && isNetworkFolder(context, context.root)
      ? context.leaseMillis + shortWaitMillis
      : shortWaitMillis
  return { ...context, lockTimeoutMillis }
}
