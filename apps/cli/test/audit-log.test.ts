import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { openAuditLog } from "../src/audit-log.ts"
import { exitCodeOf } from "../src/run-command.ts"
import { temporaryFolder } from "./barkeep.ts"

const call = {
  startedAt: Date.UTC(2024, 0, 2),
  vendor: "binance",
  endpoint: "klines",
  symbol: "BTCUSDT",
  timeframe: "1h",
  millis: 12,
  status: 200,
  bytes: 10,
  cost: {},
  weight: 2,
  attempt: 1,
  outcome: "ok",
} as const

const caught = (action: () => unknown): unknown => {
  try {
    return action()
  } catch (error) {
    return error
  }
}

describe("the audit log", () => {
  it("goes on in a new file when the state folder was cleared away meanwhile", () => {
    const stateDir = join(temporaryFolder(), "state")
    const audit = openAuditLog(stateDir, 0)
    audit.call(call)
    audit.flush()
    rmSync(stateDir, { recursive: true })
    audit.call({ ...call, endpoint: "time" })
    audit.flush()
    const lines = readFileSync(audit.path, "utf8").trimEnd().split("\n")
    expect(lines.map((line) => (JSON.parse(line) as { readonly endpoint: string }).endpoint)).toEqual([
      "time",
    ])
  })

  it("says what cannot be written and what to do", () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, "state"), "a file")
    const error = caught(() => openAuditLog(join(folder, "state"), 0))
    expect(error).toMatchObject({ _tag: "AuditLogError", path: join(folder, "state/audit.ndjson") })
    expect((error as Error).message).toMatch(/^audit log .*audit\.ndjson: E[A-Z]+: .*BARKEEP_STATE_DIR/)
    expect(exitCodeOf(error)).toBe(4)
  })

  it("keeps one that has grown beyond 10 MB under the time it was put aside", () => {
    const stateDir = temporaryFolder()
    writeFileSync(join(stateDir, "audit.ndjson"), " ".repeat(10 * 1024 * 1024 + 1))
    const audit = openAuditLog(stateDir, Date.UTC(2024, 0, 2, 3, 4, 5))
    audit.call(call)
    audit.flush()
    expect(readFileSync(audit.path).length).toBeLessThan(1000)
    expect(readFileSync(join(stateDir, "audit-2024-01-02T030405Z.ndjson")).length).toBeGreaterThan(1e7)
  })
})
