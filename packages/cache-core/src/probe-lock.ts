import { hostname } from "node:os"
import * as path from "node:path"
import { kill } from "node:process"
import { isTimeframe, isoTime } from "@barkeep/market-data"
import { CacheError, codeOf, type LockHolder } from "./cache-error.ts"
import type { EntryName } from "./cache-files.ts"
import { fileLock, readHolder } from "./file-lock.ts"
import { guard, listFolder, lockFolder, lockName } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"
import { symbolOfFolder } from "./symbol-names.ts"
import type { VerifyFinding } from "./verify-finding.ts"

/** Who holds an entry's lock at this moment; `undefined` when nobody does, as far as can be told without writing. */
export const probeLock = async (context: StoreContext, entry: EntryName): Promise<string | undefined> => {
  const name = lockName(context, entry.symbol, entry.timeframe)
  const lease = `${name}.lease`
  if (isThere(context, lease)) {
    const holder = readHolder(path.join(lease, "holder.json"))
    return isDead(holder) ? undefined : `${holderText(holder)} holds a lease on it`
  }
  const file = `${name}.lock`
  if (!isThere(context, file)) return undefined
  try {
    const lock = await fileLock(file, context.clock, false)
    const held = lock.tryNow()
    held?.release()
    if (held === undefined) lock.giveUp()
    return held === undefined ? `${holderText(lock.holder())} holds its lock` : undefined
  } catch (error) {
    // Where nobody may write nobody writes.
    if (error instanceof CacheError) return undefined
    throw error
  }
}

/** Leases whose process is gone, and what is left of leases that were taken over. */
export const staleLocks = (context: StoreContext): ReadonlyArray<VerifyFinding> =>
  (listFolder(context, lockFolder(context)) ?? []).flatMap((item) => {
    const match = /^(.+)\.([^.]+)\.lease(\.stale-.+)?$/.exec(item.name)
    const symbol = match === null ? undefined : symbolOfFolder(match[1] as string)
    const timeframe = match?.[2]
    if (!item.isFolder || symbol === undefined || timeframe === undefined || !isTimeframe(timeframe))
      return []
    const file = path.join(lockFolder(context), item.name)
    const holder = readHolder(path.join(file, "holder.json"))
    if (match?.[3] === undefined && !isDead(holder)) return []
    return [
      {
        severity: "notice" as const,
        kind: "stale-lock" as const,
        path: file,
        symbol,
        timeframe,
        what: `the lock of ${holderText(holder)}, which is gone`,
      },
    ]
  })

/** Removes what is left of leases that were taken over. Only under the entry's lock. @throws {CacheError} */
export const dropStaleLeases = (context: StoreContext, entry: EntryName): number => {
  const prefix = `${path.basename(lockName(context, entry.symbol, entry.timeframe))}.lease.stale-`
  const stale = (listFolder(context, lockFolder(context)) ?? []).filter(
    (item) => item.isFolder && item.name.startsWith(prefix),
  )
  for (const { name } of stale) {
    const folder = path.join(lockFolder(context), name)
    for (const item of listFolder(context, folder) ?? [])
      guard(folder, "lock", () => context.files.remove(path.join(folder, item.name)))
    guard(folder, "lock", () => context.files.removeFolder(folder))
  }
  return stale.length
}

const isThere = (context: StoreContext, file: string): boolean =>
  guard(file, "lock", () => context.files.stat(file)) !== undefined

/** True when it is certain that the holder no longer runs: it was a process of this machine. */
const isDead = (holder: LockHolder | undefined): boolean => {
  if (holder === undefined || holder.host !== hostname()) return false
  try {
    kill(holder.pid, 0)
    return false
  } catch (cause) {
    return codeOf(cause) === "ESRCH"
  }
}

const holderText = (holder: LockHolder | undefined): string =>
  holder === undefined
    ? "another process"
    : `process ${holder.pid} on ${holder.host} (since ${isoTime(holder.since)})`
