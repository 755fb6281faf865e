import { join } from "node:path"

/** Where the report of a cache is kept. */
export const reportPath = (cacheDir: string): string => join(cacheDir, "validate-metadata.json")

/** Where is kept what tells quickly that the report still holds. */
export const indexPath = (cacheDir: string): string => join(cacheDir, "_barkeep", "validation-index.json")
