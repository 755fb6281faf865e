import { linkSync, mkdirSync, mkdtempSync, rmSync, statfsSync, statSync } from "node:fs"
import { join, resolve } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { isNetworkFolder } from "@barkeep/market-data"
import { isBusy, LedgerError, toLedgerError } from "./ledger-error.ts"
import { firstMark, type ClockReading } from "./ledger-time.ts"

const fileName = "limits.sqlite"
const formatVersion = 2
/** Marks a SQLite file as a limit ledger: "bkLL". */
const applicationId = 0x626b4c4c

/** The ledger's open database. */
export interface LedgerFile {
  readonly path: string
  readonly database: DatabaseSync
  /** @throws {LedgerError} `Removed` when the path leads to another file by now */
  readonly checkPresent: () => void
}

/**
 * Makes the folder what a ledger needs and returns the ledger's path.
 * @throws {LedgerError} `NetworkFolder`, unless allowed, or `StorageFailure`
 */
export const prepareFolder = (folder: string, allowNetworkFolder: boolean): string => {
  const path = join(folder, fileName)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!allowNetworkFolder && isNetworkFolder(resolve(folder), () => statfsSync(folder).type))
      throw new LedgerError(path, { _tag: "NetworkFolder" })
  } catch (cause) {
    throw toLedgerError(path, cause)
  }
  return path
}

/**
 * Opens the ledger at `path`, a new one when nothing is there. `undefined` when another connection is in the way just
 * now.
 * @throws {LedgerError} `Damaged` for anything that is there and is not a whole ledger, an empty file too
 */
export const openLedgerFile = (path: string, reading: ClockReading): LedgerFile | undefined => {
  let database: DatabaseSync | undefined
  try {
    if (inodeOf(path) === undefined) createLedger(path, reading)
    // Never made by opening: an empty file would be a ledger that has forgotten everything.
    const url = pathToFileURL(path)
    url.searchParams.set("mode", "rw")
    database = new DatabaseSync(url, { timeout: 0 })
    const inode = inodeOf(path)
    checkLedger(path, database)
    // Only a power cut can lose bookings so, those of the last half minute; after a kill the system still has them.
    database.exec("PRAGMA synchronous = NORMAL")
    return {
      path,
      database,
      checkPresent: () => {
        if (inodeOf(path) !== inode) throw new LedgerError(path, { _tag: "Removed" })
      },
    }
  } catch (cause) {
    database?.close()
    if (isBusy(cause)) return undefined
    throw toLedgerError(path, cause)
  }
}

// The file must not be opened by other means: closing it would release the locks that this process has on it.
const inodeOf = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino

/** Builds the ledger aside, so that it is there completely or not at all; of several creators the first one wins. */
const createLedger = (path: string, reading: ClockReading): void => {
  if (inodeOf(`${path}-wal`) !== undefined && inodeOf(path) === undefined)
    throw new LedgerError(path, { _tag: "Damaged", what: "only its -wal file is left" })
  const aside = mkdtempSync(`${path}.new-`)
  try {
    const draft = join(aside, fileName)
    const database = new DatabaseSync(draft)
    try {
      database.exec(schema)
      const { time, wall, elapsed } = firstMark(reading)
      database
        .prepare("INSERT INTO ledger VALUES (1, ?, ?, ?, ?, 0, 0)")
        .run(time, wall, elapsed?.millis ?? null, elapsed?.scope ?? null)
    } finally {
      database.close()
    }
    linkSync(draft, path)
  } catch (cause) {
    if (!(cause instanceof Error && "code" in cause && cause.code === "EEXIST")) throw cause
  } finally {
    rmSync(aside, { recursive: true, force: true })
  }
}

const checkLedger = (path: string, database: DatabaseSync): void => {
  const pragma = (name: string): unknown => database.prepare(`PRAGMA ${name}`).get()?.[name]
  if (pragma("application_id") !== applicationId)
    throw new LedgerError(path, { _tag: "Damaged", what: "not a limit ledger" })
  const version = Number(pragma("user_version"))
  if (version > formatVersion) throw new LedgerError(path, { _tag: "UnknownVersion", version })
  if (version < formatVersion)
    database.exec(`BEGIN IMMEDIATE; ${heldTable} PRAGMA user_version = ${formatVersion}; COMMIT`)
  const found = database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"]
  if (found !== "ok")
    throw new LedgerError(path, { _tag: "Damaged", what: String(found).split("\n").at(-1) ?? "" })
}

// Calls that are on their way: booked when they have arrived, or when a holder that was killed no longer renews them.
const heldTable = `
CREATE TABLE IF NOT EXISTS held (
  id INTEGER PRIMARY KEY AUTOINCREMENT, budget INTEGER NOT NULL, cost REAL NOT NULL, lease REAL NOT NULL
) STRICT;
`

// WAL: a commit is one append without waiting for the disk, and a process that is killed in the middle of it leaves
// nothing to be undone. Bookings are numbered by the ledger itself, so that no number is ever used twice.
const schema = `
PRAGMA journal_mode = WAL;
PRAGMA application_id = ${applicationId};
PRAGMA user_version = ${formatVersion};
CREATE TABLE ledger (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  time REAL NOT NULL, wall REAL NOT NULL, elapsed REAL, scope TEXT,
  generation INTEGER NOT NULL, last_booking INTEGER NOT NULL
) STRICT;
CREATE TABLE budget (
  key INTEGER PRIMARY KEY AUTOINCREMENT, vendor TEXT NOT NULL, id TEXT NOT NULL,
  unit TEXT NOT NULL, amount REAL NOT NULL, per_millis REAL NOT NULL, keep_millis REAL NOT NULL,
  UNIQUE (vendor, id)
) STRICT;
CREATE TABLE booking (
  id INTEGER PRIMARY KEY, budget INTEGER NOT NULL, time REAL NOT NULL, cost REAL NOT NULL
) STRICT;
CREATE TABLE pause (
  vendor TEXT NOT NULL, kind TEXT NOT NULL, until REAL NOT NULL, since REAL NOT NULL,
  PRIMARY KEY (vendor, kind)
) STRICT, WITHOUT ROWID;
CREATE TABLE waiting (
  id INTEGER PRIMARY KEY AUTOINCREMENT, vendor TEXT NOT NULL, seen REAL NOT NULL, due REAL NOT NULL
) STRICT;
${heldTable}`
