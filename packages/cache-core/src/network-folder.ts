import * as path from "node:path"
import { isNetworkFolder as isOnNetwork } from "@barkeep/market-data"
import { guard } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"

/** True when the cache is in a folder where file locks of the operating system cannot be relied on. */
export const isNetworkFolder = (context: StoreContext, folder: string): boolean =>
  context.lock === "auto"
    ? isOnNetwork(path.resolve(folder), () => guard(folder, "lock", () => context.files.kindOf(folder)))
    : context.lock === "network"
