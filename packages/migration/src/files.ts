import { createHash } from "node:crypto"
import * as fs from "node:fs/promises"
import { constants } from "node:fs"
import * as path from "node:path"
import { codeOf, guard, MigrationError } from "./errors.ts"

/** What a walk through a folder found, paths with `/` below it, sorted. */
export interface Tree {
  readonly files: ReadonlyArray<string>
  /** Links and special files, which are not followed or read. */
  readonly special: ReadonlyArray<string>
}

export const walk = async (root: string): Promise<Tree> => {
  const files: Array<string> = []
  const special: Array<string> = []
  const visit = async (below: string): Promise<void> => {
    const folder = path.join(root, below)
    for (const item of await guard(folder, () => fs.readdir(folder, { withFileTypes: true }))) {
      const name = below === "" ? item.name : `${below}/${item.name}`
      if (item.isDirectory()) await visit(name)
      else if (item.isFile()) files.push(name)
      else special.push(name)
    }
  }
  await visit("")
  return { files: files.toSorted(byText), special: special.toSorted(byText) }
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** A path of a tree as the system writes it. */
export const below = (root: string, relative: string): string => path.join(root, ...relative.split("/"))

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

export const readBytes = (file: string): Promise<Uint8Array> => guard(file, () => fs.readFile(file))

/** `undefined` when there is no file. */
export const findBytes = async (file: string): Promise<Uint8Array | undefined> => {
  try {
    return await fs.readFile(file)
  } catch (cause) {
    const code = codeOf(cause)
    if (code === "ENOENT" || code === "ENOTDIR") return undefined
    throw code === undefined ? cause : new MigrationError(file, { _tag: "StorageFailure", code, cause })
  }
}

export const exists = (file: string): Promise<boolean> =>
  guard(file, async () => {
    try {
      await fs.stat(file)
      return true
    } catch (cause) {
      if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return false
      throw cause
    }
  })

/** Absolute and without symbolic links, as far as it exists: two names of one folder are told to be one. */
export const realPath = async (file: string): Promise<string> => {
  const absolute = path.resolve(file)
  try {
    return await fs.realpath(absolute)
  } catch (cause) {
    const parent = path.dirname(absolute)
    if (!["ENOENT", "ENOTDIR"].includes(codeOf(cause) ?? "") || parent === absolute) throw cause
    return path.join(await realPath(parent), path.basename(absolute))
  }
}

/** Makes a folder and those above it; the new ones are on the disk afterwards. */
export const makeFolder = async (folder: string): Promise<void> => {
  const made = await guard(folder, () => fs.mkdir(folder, { recursive: true }))
  if (made === undefined) return
  for (let each = folder; ; each = path.dirname(each)) {
    await flushFolder(path.dirname(each))
    if (each === made || each === path.dirname(each)) return
  }
}

/** Puts a whole file in its place in one step: a reader sees the old or the new one, a crash leaves one of them. */
export const writeWhole = async (file: string, content: string | Uint8Array): Promise<void> => {
  const temporary = `${file}.tmp`
  await guard(file, async () => {
    const handle = await fs.open(temporary, "w")
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await fs.rename(temporary, file)
  })
  await flushFolder(path.dirname(file))
}

/** Copies a file whole, flushed and checked. @throws {MigrationError} `SourceChanged` when it has not this hash */
export const copyChecked = async (from: string, to: string, sha256: string): Promise<void> => {
  await makeFolder(path.dirname(to))
  const temporary = `${to}.tmp`
  await guard(to, async () => {
    await fs.copyFile(from, temporary, constants.COPYFILE_FICLONE)
    const handle = await fs.open(temporary, "r+")
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  })
  const found = sha256Of(await readBytes(temporary))
  if (found !== sha256) {
    await fs.rm(temporary, { force: true })
    throw new MigrationError(from, { _tag: "SourceChanged", expected: sha256, found })
  }
  await guard(to, () => fs.rename(temporary, to))
  await flushFolder(path.dirname(to))
}

/** Renames inside the folder are on the disk when this resolves. */
export const flushFolder = (folder: string): Promise<void> =>
  guard(folder, async () => {
    let handle: fs.FileHandle
    try {
      handle = await fs.open(folder, "r")
    } catch (cause) {
      // Windows cannot open folders; its renames are ordered by the file system's journal.
      if (codeOf(cause) === "EISDIR" || codeOf(cause) === "EPERM") return
      throw cause
    }
    try {
      await handle.sync()
    } catch (cause) {
      // Some network file systems have no such call.
      if (!["EINVAL", "ENOTSUP", "EBADF"].includes(codeOf(cause) ?? "")) throw cause
    } finally {
      await handle.close()
    }
  })

/** Removes a folder that holds nothing any more, and then those above it, up to but not including `root`. */
export const removeEmptyFolders = async (folder: string, root: string): Promise<void> => {
  for (let each = folder; each !== root && each.startsWith(root); each = path.dirname(each)) {
    try {
      await fs.rmdir(each)
    } catch (cause) {
      // A run that was killed has removed it, and maybe not those above.
      if (codeOf(cause) === "ENOENT") continue
      if (["ENOTEMPTY", "EEXIST"].includes(codeOf(cause) ?? "")) return
      throw cause
    }
    await flushFolder(path.dirname(each))
  }
}

export const removeFile = (file: string): Promise<void> => guard(file, () => fs.rm(file, { force: true }))

/** Milliseconds since the epoch of the last change, whole. */
export const modifiedAt = async (file: string): Promise<number> =>
  Math.floor((await guard(file, () => fs.stat(file))).mtimeMs)
