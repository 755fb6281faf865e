import * as fs from "node:fs"
import * as path from "node:path"

export interface FileStat {
  readonly size: number
  readonly mtimeMillis: number
  readonly inode: number
  /** Files can only be renamed within one. */
  readonly device: number
  readonly isFolder: boolean
}

/**
 * The state of a file as a text that differs when it was written, replaced or touched. Our own writes always make a new
 * file; one that another program changes in place, to the same size, shows once its clock has ticked.
 */
export const fileMark = ({
  size,
  mtimeMillis,
  inode,
}: Pick<FileStat, "size" | "mtimeMillis" | "inode">): string => `${size}@${mtimeMillis}#${inode}`

export interface FolderItem {
  readonly name: string
  readonly isFolder: boolean
}

/** The first `length` bytes of a file that has `sizeBytes` bytes. */
export interface StartOfFile {
  readonly path: string
  readonly length: number
  readonly sizeBytes: number
}

/**
 * What the store needs of a file system. Every function throws Node's errors with their `code`. Reading is
 * synchronous because a read of one day makes five small calls; writing waits for the disk and is not.
 */
export interface FileSystem {
  /** `undefined` when there is nothing at this path. */
  readonly stat: (path: string) => FileStat | undefined
  readonly listFolder: (path: string) => ReadonlyArray<FolderItem>
  readonly readFile: (path: string) => Uint8Array
  readonly open: (path: string) => number
  readonly statOpen: (file: number) => FileStat
  /** The bytes `[position, position + length)`, fewer at the end of the file; at the start of `memory` when it is given. */
  readonly readAt: (file: number, position: number, length: number, memory?: Uint8Array) => Uint8Array
  readonly close: (file: number) => void
  /** Makes a folder; throws `EEXIST` when something is there, `ENOENT` when its parent is missing. */
  readonly makeFolder: (path: string) => void
  /** Replaces what is at `to`. The system frees the replaced file meanwhile, which takes a while for a big one. */
  readonly rename: (from: string, to: string) => Promise<void>
  readonly remove: (path: string) => void
  readonly removeFolder: (path: string) => void
  readonly copyFile: (from: string, to: string) => void
  /** Gives a file a second name; absent where there is no such thing. */
  readonly link?: (from: string, to: string) => void
  /**
   * Makes a new file of the start of another one and the parts; throws `EEXIST` when it is there, `ESTALE` when the
   * other one has not the expected size. With `flush` it is on the disk when this resolves.
   */
  readonly writeNew: (
    path: string,
    parts: ReadonlyArray<Uint8Array>,
    flush: boolean,
    start?: StartOfFile,
  ) => Promise<void>
  /** Renames inside the folder are on the disk when this resolves. */
  readonly flushFolder: (path: string) => Promise<void>
  /** Number of the file system's kind, as `statfs` tells; 0 where it does not. */
  readonly kindOf: (path: string) => number
}

/** The real one. */
export const nodeFileSystem: FileSystem = {
  stat: (file) => {
    const stat = fs.statSync(file, { throwIfNoEntry: false })
    return stat === undefined ? undefined : toFileStat(stat)
  },
  listFolder: (folder) =>
    fs.readdirSync(folder, { withFileTypes: true }).map((item) => ({
      name: item.name,
      isFolder: item.isSymbolicLink() ? isFolder(folder, item.name) : item.isDirectory(),
    })),
  readFile: (file) => fs.readFileSync(file),
  open: (file) => fs.openSync(file, "r"),
  statOpen: (file) => toFileStat(fs.fstatSync(file)),
  readAt: (file, position, length, memory) => {
    const bytes = memory?.subarray(0, length) ?? Buffer.allocUnsafeSlow(length)
    let filled = 0
    while (filled < length) {
      const count = fs.readSync(file, bytes, filled, length - filled, position + filled)
      if (count === 0) break
      filled += count
    }
    return filled === length ? bytes : bytes.subarray(0, filled)
  },
  close: (file) => fs.closeSync(file),
  makeFolder: (folder) => fs.mkdirSync(folder),
  rename: (from, to) => fs.promises.rename(from, to),
  remove: (file) => fs.unlinkSync(file),
  removeFolder: (folder) => fs.rmdirSync(folder),
  copyFile: (from, to) => fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL),
  link: (from, to) => fs.linkSync(from, to),
  writeNew: async (file, parts, flush, start) => {
    const handle = start === undefined ? await fs.promises.open(file, "wx") : await openCopy(file, start)
    try {
      let position = start?.length ?? 0
      let rest = parts.filter((part) => part.length > 0)
      while (rest.length > 0) {
        const { bytesWritten } = await handle.writev(rest, position)
        rest = withoutFirst(rest, bytesWritten)
        position += bytesWritten
      }
      if (flush) await handle.sync()
    } finally {
      await handle.close()
    }
  },
  flushFolder: async (folder) => {
    let handle: fs.promises.FileHandle
    try {
      handle = await fs.promises.open(folder, "r")
    } catch (cause) {
      // Windows cannot open folders; its renames are ordered by the file system's journal.
      if (isOneOf(cause, ["EISDIR", "EPERM"])) return
      throw cause
    }
    try {
      await handle.sync()
    } catch (cause) {
      // Some network file systems have no such call.
      if (!isOneOf(cause, ["EINVAL", "ENOTSUP", "EBADF"])) throw cause
    } finally {
      await handle.close()
    }
  },
  kindOf: (file) => fs.statfsSync(file).type,
}

// The system copies faster than a program can, on some file systems without copying.
const openCopy = async (file: string, start: StartOfFile): Promise<fs.promises.FileHandle> => {
  await fs.promises.copyFile(start.path, file, fs.constants.COPYFILE_EXCL | fs.constants.COPYFILE_FICLONE)
  const handle = await fs.promises.open(file, "r+")
  try {
    const { size } = await handle.stat()
    if (size !== start.sizeBytes) throw staleError(start, size)
    await handle.truncate(start.length)
    return handle
  } catch (cause) {
    await handle.close()
    throw cause
  }
}

const staleError = (start: StartOfFile, size: number): Error =>
  Object.assign(new Error(`${start.path} has ${size} bytes instead of ${start.sizeBytes}`), {
    code: "ESTALE",
  })

const toFileStat = (stat: fs.Stats): FileStat => ({
  size: stat.size,
  mtimeMillis: stat.mtimeMs,
  inode: stat.ino,
  device: stat.dev,
  isFolder: stat.isDirectory(),
})

const isFolder = (folder: string, name: string): boolean =>
  fs.statSync(path.join(folder, name), { throwIfNoEntry: false })?.isDirectory() === true

const isOneOf = (cause: unknown, codes: ReadonlyArray<string>): boolean =>
  cause instanceof Error && "code" in cause && codes.includes(String(cause.code))

const withoutFirst = (parts: ReadonlyArray<Uint8Array>, written: number): Array<Uint8Array> => {
  let skip = written
  const rest: Array<Uint8Array> = []
  for (const part of parts) {
    if (skip >= part.length) skip -= part.length
    else {
      rest.push(part.subarray(skip))
      skip = 0
    }
  }
  return rest
}
