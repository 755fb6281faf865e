import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeEach, describe, expect, it, onTestFinished } from "vitest"
import { addFates } from "../src/count-fates.ts"
import type { MigrationPlan } from "../src/plan-migration.ts"
import { appendJournal, readRecord, readRecords, repairJournal, startRecord, stateOf } from "../src/record.ts"

let newCache: string
beforeEach(() => {
  newCache = mkdtempSync(join(tmpdir(), "barkeep-record-"))
  const folder = newCache
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

const plan = (): MigrationPlan => ({
  oldCache: "/old",
  newCache,
  includeMock: false,
  adjustments: {},
  prefer: [],
  entries: [],
  leftOut: [],
  others: [],
  fates: addFates([]),
})

describe("the record of a migration", () => {
  it("is read back as it was written", async () => {
    const started = await startRecord(plan(), true, 1_700_000_000_000)
    const record = await appendJournal(started, { state: "entry-done", entry: 0 })
    expect(record.id).toBe("20231114-221320")
    expect(await readRecord(newCache, record.id)).toEqual(record)
    expect(stateOf(record)).toBe("unfinished")
  })

  it("gives a second one of the same second another id", async () => {
    await startRecord(plan(), false, 1_700_000_000_000)
    expect((await startRecord(plan(), false, 1_700_000_000_000)).id).toBe("20231114-221320-2")
  })

  it("forgets a line that was cut off, and goes on after it on a line of its own", async () => {
    const record = await appendJournal(await startRecord(plan(), false, 0), { state: "certified" })
    const file = join(record.folder, "journal.ndjson")
    appendFileSync(file, '{"state":"fini')
    expect((await readRecord(newCache, record.id)).journal).toEqual([{ state: "certified" }])
    await repairJournal(record)
    await appendJournal(record, { state: "finished" })
    expect(readFileSync(file, "utf8")).toBe('{"state":"certified"}\n{"state":"finished"}\n')
    expect(stateOf(await readRecord(newCache, record.id))).toBe("finished")
  })

  it("does not count before its plan is there", async () => {
    const { folder } = await startRecord(plan(), false, 0)
    rmSync(join(folder, "plan.json"))
    expect(await readRecords(newCache)).toEqual([])
  })

  it("names a damaged plan, and the ids there are for an unknown one", async () => {
    const { id, folder } = await startRecord(plan(), false, 0)
    await expect(readRecord(newCache, "../x")).rejects.toMatchObject({
      reason: { _tag: "UnknownMigration", known: [id] },
    })
    writeFileSync(join(folder, "plan.json"), '{"format_version": 2}')
    await expect(readRecord(newCache, id)).rejects.toMatchObject({ reason: { _tag: "DamagedRecord" } })
  })
})
