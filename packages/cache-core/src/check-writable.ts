import * as path from "node:path"
import { makeFolders, replaceFile } from "./commit.ts"
import { guard, ownFolder } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"

/** Makes the cache folder and writes and removes a small file in it. @throws {CacheError} `StorageFailure` */
export const checkWritable = async (context: StoreContext): Promise<void> => {
  await makeFolders(context, ownFolder(context.root))
  const probe = path.join(ownFolder(context.root), "writable")
  await replaceFile(context, probe, "")
  guard(probe, "write", () => context.files.remove(probe))
}
