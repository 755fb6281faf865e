import { writeFileSync } from "node:fs"
import { type FileSystem, nodeFileSystem } from "../src/index.ts"

const mutating = [
  "makeFolder",
  "rename",
  "remove",
  "removeFolder",
  "copyFile",
  "writeNew",
  "flushFolder",
] as const
type Mutating = (typeof mutating)[number]

const failure = (code: string): Error => Object.assign(new Error(`${code}: simulated`), { code })

/**
 * The real file system until its `lives`-th change, which does not happen any more, nor does any later one: what is on
 * the disk then is what a killed process leaves. A file that is being written then is cut in half.
 */
export const dyingFileSystem = (
  lives: number,
): { readonly fileSystem: FileSystem; readonly changes: () => number } => {
  let changes = 0
  const dies = (): boolean => {
    changes += 1
    return changes > lives
  }
  const fileSystem = Object.fromEntries(
    Object.entries(nodeFileSystem).map(([name, method]) => {
      if (!mutating.includes(name as Mutating)) return [name, method]
      if (name === "writeNew")
        return [
          name,
          async (...[file, parts, flush, start]: Parameters<FileSystem["writeNew"]>) => {
            if (!dies()) return nodeFileSystem.writeNew(file, parts, flush, start)
            if (changes === lives + 1) {
              const bytes = Buffer.concat(parts)
              writeFileSync(file, bytes.subarray(0, bytes.length >> 1), { flag: "wx" })
            }
            throw failure("EIO")
          },
        ]
      const isAsync = name === "rename" || name === "flushFolder"
      return [
        name,
        (...rest: ReadonlyArray<unknown>) => {
          if (!dies()) return (method as (...all: ReadonlyArray<unknown>) => unknown)(...rest)
          if (isAsync) return Promise.reject(failure("EIO"))
          throw failure("EIO")
        },
      ]
    }),
  ) as unknown as FileSystem
  return { fileSystem, changes: () => changes }
}

/** The real file system but for one method that fails, as long as `when` says so. */
export const failingFileSystem = (
  method: keyof FileSystem,
  code: string,
  when: (path: string) => boolean = () => true,
): FileSystem => {
  const real = nodeFileSystem[method] as (...all: ReadonlyArray<unknown>) => unknown
  const isAsync = ["rename", "flushFolder", "writeNew"].includes(method)
  return {
    ...nodeFileSystem,
    [method]: (...all: ReadonlyArray<unknown>) => {
      if (!when(String(all[0]))) return real(...all)
      if (isAsync) return Promise.reject(failure(code))
      throw failure(code)
    },
  }
}
