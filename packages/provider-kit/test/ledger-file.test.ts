import { execFileSync } from "node:child_process"
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert, describe, expect, it } from "vitest"
import { type LedgerError, openLimitLedger } from "../src/ledger.ts"
import { createVirtualClock } from "../src/testing.ts"
import { type LedgerFolder, makeLedgerFolder, readBookings } from "./ledger-folder.ts"

const daily = { id: "calls-1d", unit: "calls", amount: 25, perMillis: 86_400_000 } as const

/** A closed ledger with some bookings. */
const makeUsedLedger = async (folder: LedgerFolder): Promise<string> => {
  const ledger = await folder.open({ clock: createVirtualClock(0) })
  const limiter = ledger.limiterFor("acme", [daily])
  for (let call = 0; call < 25; call += 1) await limiter.acquire({ "calls-1d": 1 })
  ledger.close()
  return ledger.path
}

const errorOf = async (promise: Promise<unknown>): Promise<LedgerError> => {
  const error = await promise.then(
    () => assert.fail("no error"),
    (reason: unknown) => reason as LedgerError,
  )
  expect(error._tag).toBe("LedgerError")
  return error
}

const changeDatabase = (path: string, sql: string): void => {
  const database = new DatabaseSync(path)
  database.exec(sql)
  database.close()
}

describe("a ledger that cannot be trusted", () => {
  it.each<[string, (path: string) => void]>([
    ["something else", (path) => writeFileSync(path, "not a database at all ".repeat(1000))],
    ["emptied", (path) => truncateSync(path, 0)],
    ["cut short", (path) => truncateSync(path, 9000)],
    ["another program's database", (path) => changeDatabase(path, "PRAGMA application_id = 7")],
    ["without a table", (path) => changeDatabase(path, "DROP TABLE booking")],
    ["without its row", (path) => changeDatabase(path, "DELETE FROM ledger")],
    [
      "overwritten in the middle",
      (path) => writeFileSync(path, readFileSync(path).fill(0xee, 4096 + 8, 4 * 4096)),
    ],
    [
      "removed but for its log",
      (path) => {
        writeFileSync(`${path}-wal`, "left over")
        rmSync(path)
      },
    ],
  ])("is refused with its name and left as it is when it is %s", async (_name, damage) => {
    using folder = makeLedgerFolder()
    const path = await makeUsedLedger(folder)
    damage(path)
    const before = readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name)))
    const error = await errorOf(openLimitLedger(folder.path))
    expect(error.reason._tag).toBe("Damaged")
    expect(error.message).toMatch(new RegExp(`^limit ledger ${path}: damaged: .*remove it`))
    expect(readdirSync(folder.path).map((name) => readFileSync(join(folder.path, name)))).toEqual(before)
  })

  it("is refused when a newer version wrote it", async () => {
    using folder = makeLedgerFolder()
    changeDatabase(await makeUsedLedger(folder), "PRAGMA user_version = 3")
    expect((await errorOf(openLimitLedger(folder.path))).reason).toEqual({
      _tag: "UnknownVersion",
      version: 3,
    })
  })

  it("stops calls when it turns out to be damaged while in use", async () => {
    using folder = makeLedgerFolder()
    const path = await makeUsedLedger(folder)
    const limiter = (await folder.open()).limiterFor("acme", [daily])
    changeDatabase(path, "DROP TABLE booking")
    const error = await errorOf(limiter.acquire({ "calls-1d": 1 }))
    expect(error.reason).toEqual({ _tag: "Damaged", what: "its tables are not those of a ledger" })
  })

  it.each<[string, (folder: string) => void]>([
    ["removed", (path) => rmSync(path)],
    [
      "replaced",
      (path) => {
        renameSync(path, `${path}.old`)
        writeFileSync(path, readFileSync(`${path}.old`))
      },
    ],
  ])("stops calls when it is %s while in use, since others would count anew", async (_name, meddle) => {
    using folder = makeLedgerFolder()
    const limiter = (await folder.open()).limiterFor("acme", [daily])
    await limiter.acquire({ "calls-1d": 1 })
    meddle(join(folder.path, "limits.sqlite"))
    expect((await errorOf(limiter.acquire({ "calls-1d": 1 }))).reason._tag).toBe("Removed")
  })
})

describe("a ledger of the version before", () => {
  it("is taken over with all its bookings", async () => {
    using folder = makeLedgerFolder()
    changeDatabase(await makeUsedLedger(folder), "DROP TABLE held; PRAGMA user_version = 1")
    const clock = createVirtualClock(0)
    const limiter = (await folder.open({ clock })).limiterFor("acme", [daily])
    await expect(limiter.acquire({ "calls-1d": 1 }, { maxWaitMillis: 0 })).rejects.toThrow("used up")
    clock.set(86_400_000)
    await limiter.acquire({ "calls-1d": 1 }, { arrived: Promise.resolve() })
  })
})

describe("a ledger's file", () => {
  it("is made with its folder, at once whole, and leaves nothing else when closed", async () => {
    using folder = makeLedgerFolder()
    const nested = join(folder.path, "state", "barkeep")
    const ledgers = await Promise.all([1, 2, 3].map(() => openLimitLedger(nested)))
    await Promise.all(ledgers.map((ledger) => ledger.limiterFor("acme", [daily]).acquire({ "calls-1d": 1 })))
    for (const ledger of ledgers) ledger.close()
    expect(readdirSync(nested)).toEqual(["limits.sqlite"])
    expect(readBookings({ path: nested }, daily.id)).toHaveLength(3)
  })

  it("works in a folder with characters that mean something elsewhere", async () => {
    using folder = makeLedgerFolder()
    const odd = join(folder.path, "a?b#c %41 ü")
    const ledger = await openLimitLedger(odd)
    await ledger.limiterFor("acme", [daily]).acquire({ "calls-1d": 1 })
    ledger.close()
    expect(readdirSync(odd)).toEqual(["limits.sqlite"])
  })

  it("is waited for while another program has it, without blocking, and given up after the timeout", async () => {
    using folder = makeLedgerFolder()
    const path = await makeUsedLedger(folder)
    const patient = (await folder.open()).limiterFor("other", [daily])
    const hasty = (await folder.open({ lockTimeoutMillis: 30 })).limiterFor("other", [daily])
    const inspector = new DatabaseSync(path)
    inspector.exec("BEGIN IMMEDIATE")
    const granted = patient.acquire({ "calls-1d": 1 })
    const error = await errorOf(hasty.acquire({ "calls-1d": 1 }))
    expect(error.reason).toMatchObject({ _tag: "Locked" })
    const aborted = patient.observe({ used: {} })
    inspector.exec("ROLLBACK")
    inspector.close()
    await Promise.all([granted, aborted])
    expect(readBookings(folder, daily.id)).toHaveLength(26)
  })

  it("says what the file system said where no folder can be made", async () => {
    using folder = makeLedgerFolder()
    writeFileSync(join(folder.path, "file"), "")
    const error = await errorOf(openLimitLedger(join(folder.path, "file", "state")))
    expect(error.reason).toMatchObject({ _tag: "StorageFailure", code: "ENOTDIR" })
    mkdirSync(join(folder.path, "state", "limits.sqlite"), { recursive: true })
    const other = await errorOf(openLimitLedger(join(folder.path, "state")))
    expect(other.reason._tag).toBe("StorageFailure")
  })

  it("rejects calls after it was closed", async () => {
    using folder = makeLedgerFolder()
    const ledger = await folder.open()
    const limiter = ledger.limiterFor("acme", [daily])
    ledger.close()
    ledger.close()
    await expect(limiter.acquire({ "calls-1d": 1 })).rejects.toThrow(/was closed/)
  })
})

describe("the root entry", () => {
  it("does not load SQLite", () => {
    const program =
      'await import(process.argv[1]); console.log(process.moduleLoadList.filter((name) => name.endsWith("sqlite")).length)'
    const root = new URL("../src/index.ts", import.meta.url).href
    const node = (entry: string): string =>
      execFileSync(
        process.execPath,
        ["--conditions=@barkeep/source", "--input-type=module", "-e", program, entry],
        { encoding: "utf8" },
      )
    expect(node(root)).toBe("0\n")
    expect(node(root.replace("index", "ledger"))).not.toBe("0\n")
  })
})
