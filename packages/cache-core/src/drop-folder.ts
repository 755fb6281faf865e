import * as path from "node:path"
import { guard, listFolder } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"

/** Removes a folder of plain files; nothing when it is not there. @throws {CacheError} `StorageFailure` */
export const dropFolder = (context: StoreContext, folder: string): void => {
  const items = listFolder(context, folder)
  if (items === undefined) return
  for (const { name } of items) {
    const file = path.join(folder, name)
    guard(file, "write", () => context.files.remove(file))
  }
  guard(folder, "write", () => context.files.removeFolder(folder))
}
