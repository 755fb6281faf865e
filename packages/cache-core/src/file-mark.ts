import { fileMark } from "./file-system.ts"
import { guard, partitionPaths } from "./layout.ts"
import type { StoreContext } from "./store-context.ts"

/** The state of some files as one text: it differs when one of them was written, replaced or removed. */
export const markOf = (context: StoreContext, files: ReadonlyArray<string>): string =>
  files
    .map((file) => {
      const stat = guard(file, "list", () => context.files.stat(file))
      return stat === undefined ? "absent" : fileMark(stat)
    })
    .join(" ")

/** The state of a year's two files. */
export const yearMark = (context: StoreContext, folder: string, year: number): string => {
  const { data, metadata } = partitionPaths(folder, year)
  return markOf(context, [data, metadata])
}
