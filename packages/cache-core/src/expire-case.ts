import * as path from "node:path"
import { codeOf, storageFailure } from "./cache-error.ts"
import { flushFolder, rename, replaceFile } from "./commit.ts"
import { printTime } from "./iso-times.ts"
import { listFolder, ownFolder } from "./layout.ts"
import { printObject } from "./print-metadata.ts"
import { quarantineFolder, type Quarantined } from "./quarantine.ts"
import { expiredSuffix } from "./quarantine-note.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * Deletes a case of the quarantine for good. What it was stays in `_barkeep/expired`: files, hashes, reason, and when.
 * Only under the lock of the case's entry. A deletion that was killed is finished by the next one.
 * @throws {CacheError} `StorageFailure`
 */
export const expireCase = async (context: StoreContext, quarantined: Quarantined): Promise<void> => {
  await replaceFile(
    context,
    path.join(ownFolder(context.root), "expired", `${quarantined.id}.json`),
    printObject({
      ...quarantined,
      at: printTime(quarantined.at),
      ...(quarantined.salvagedAt === undefined ? {} : { salvagedAt: printTime(quarantined.salvagedAt) }),
      expired_at: printTime(context.clock.now()),
    }),
  )
  await dropCase(context, quarantined)
}

/** Removes a case's folder. Only under the lock of the case's entry. @throws {CacheError} `StorageFailure` */
export const dropCase = async (context: StoreContext, { id }: Pick<Quarantined, "id">): Promise<void> => {
  const folder = path.join(quarantineFolder(context), id)
  // Out of the list first: half a case would promise what it cannot give back.
  await rename(context, folder, `${folder}${expiredSuffix}`)
  if (context.flush) await flushFolder(context, quarantineFolder(context))
  finishExpired(context)
}

/** Finishes deletions that were killed. @throws {CacheError} `StorageFailure` */
export const finishExpired = (context: StoreContext): void => {
  for (const item of listFolder(context, quarantineFolder(context)) ?? [])
    if (item.isFolder && item.name.endsWith(expiredSuffix))
      dropAll(context, path.join(quarantineFolder(context), item.name))
}

const dropAll = (context: StoreContext, folder: string): void => {
  for (const item of listFolder(context, folder) ?? []) {
    const file = path.join(folder, item.name)
    if (item.isFolder) dropAll(context, file)
    else unlessGone(file, () => context.files.remove(file))
  }
  unlessGone(folder, () => context.files.removeFolder(folder))
}

/** Another process may be finishing the same deletion. */
const unlessGone = (file: string, remove: () => void): void => {
  try {
    remove()
  } catch (cause) {
    if (codeOf(cause) !== "ENOENT") throw storageFailure(file, "quarantine", cause)
  }
}
