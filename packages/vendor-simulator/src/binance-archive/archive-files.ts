import { hash } from "node:crypto"
import type { EpochMillis } from "@barkeep/market-data"
import type { Market } from "../market/market.ts"
import type { BarSlice } from "../market/symbol-market.ts"
import { type ArchiveKey, folderOf, nameOf, publishedAt } from "./archive-key.ts"
import { renderCsv } from "./csv-rows.ts"
import { damagedCsv, type FileDefect } from "./file-defects.ts"
import { zipFile } from "./zip-file.ts"

/** A file as the archive serves it. */
export interface ArchiveFile {
  readonly zip: Buffer
  /** Of the zip, lower case hex. */
  readonly sha256: string
  /** With its quotes, as HTTP has it. */
  readonly etag: string
}

export interface ArchiveFiles {
  /** Whether the file is there at `now`: published, and not without a row. */
  readonly has: (key: ArchiveKey, now: EpochMillis) => boolean
  /** The file, with what has been done to it; `undefined` when it is not there. */
  readonly find: (key: ArchiveKey, now: EpochMillis) => ArchiveFile | undefined
  /** Damages a file from now on; true when that changes it. */
  readonly damage: (key: ArchiveKey, defect: FileDefect) => boolean
  /** Takes all damage back. */
  readonly mend: () => void
}

/** Files are made when they are asked for, and a zip is asked for right after its checksum. */
const keptBytes = 64 * 1_048_576

/** The files of a market: a closed period never changes, so that a file is the same whenever it is asked for. */
export const createArchiveFiles = (market: Market): ArchiveFiles => {
  const kept = new Map<string, ArchiveFile>()
  const damages = new Map<string, Array<FileDefect>>()

  const rowsOf = ({ symbol, timeframe, range }: ArchiveKey, limit: number): ReadonlyArray<BarSlice> => {
    const series = market.get(symbol)
    if (series === undefined || !series.offers(timeframe)) return []
    // Long after the period, when every bar that opens in it has closed.
    const now = range.to + (range.to - range.from)
    return series.slices({ timeframe, ...range, limit, take: "oldest", now })
  }

  const make = (key: ArchiveKey, name: string): ArchiveFile => {
    const rows = renderCsv(rowsOf(key, Number.POSITIVE_INFINITY), key.timeframe)
    const list = damages.get(name) ?? []
    const csv =
      list.length === 0
        ? rows
        : Buffer.from(list.reduce((text, defect) => damagedCsv(text, key, defect), rows.toString()))
    const zip = zipFile(`${nameOf(key)}.csv`, csv)
    return { zip, sha256: hash("sha256", zip, "hex"), etag: `"${hash("md5", zip, "hex")}"` }
  }

  const keep = (name: string, file: ArchiveFile): ArchiveFile => {
    kept.delete(name)
    kept.set(name, file)
    let bytes = 0
    for (const { zip } of kept.values()) bytes += zip.length
    // A Map iterates in the order of insertion: the first key is the one unused for longest.
    for (const [oldest, { zip }] of kept) {
      if (bytes <= keptBytes) break
      kept.delete(oldest)
      bytes -= zip.length
    }
    return file
  }

  const has: ArchiveFiles["has"] = (key, now) => now >= publishedAt(key) && rowsOf(key, 1).length > 0
  return {
    has,
    find: (key, now) => {
      if (!has(key, now)) return undefined
      const name = `${folderOf(key)}${nameOf(key)}`
      return keep(name, kept.get(name) ?? make(key, name))
    },
    damage: (key, defect) => {
      const name = `${folderOf(key)}${nameOf(key)}`
      const list = damages.get(name) ?? []
      if (list.includes(defect)) return true
      const before = make(key, name)
      damages.set(name, [...list, defect])
      const after = keep(name, make(key, name))
      return before.sha256 !== after.sha256
    },
    mend: () => {
      for (const name of damages.keys()) kept.delete(name)
      damages.clear()
    },
  }
}
