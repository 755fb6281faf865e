import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { openLogFile } from "../src/log-file.ts"
import { type LogFile, type LogLevel, makeLog } from "../src/log.ts"
import { barkeep, temporaryFolder } from "./barkeep.ts"

const first = { level: "info", message: "runs populate" } as const

const memoryLog = (level: LogLevel, failure?: Error) => {
  const written: Array<string> = []
  const failures: Array<unknown> = []
  let opened = 0
  const file: LogFile = {
    append: async (lines) => {
      if (failure !== undefined) throw failure
      written.push(...lines.map(({ message }) => message))
    },
    close: async () => void written.push("closed"),
  }
  const log = makeLog({
    level,
    first,
    now: () => 0,
    open: async () => {
      opened += 1
      return file
    },
    onFailure: (error) => void failures.push(error),
  })
  return { log, written, failures, opened: () => opened }
}

describe("the log of a run", () => {
  it("does not touch its file when there is nothing to report", async () => {
    const { log, written, opened } = memoryLog("info")
    log.add({ level: "debug", message: "a call" })
    await log.close({ level: "info", message: "ended" })
    expect([written, opened()]).toEqual([[], 0])
  })

  it.each([
    ["debug", ["runs populate", "a call", "news", "a problem", "ended", "closed"]],
    ["info", ["runs populate", "news", "a problem", "ended", "closed"]],
    ["error", []],
    ["none", []],
  ] as const)(
    "keeps at %s what is at least that severe, between the beginning and the end of the run",
    async (level, expected) => {
      const { log, written } = memoryLog(level)
      log.add({ level: "debug", message: "a call" })
      log.add({ level: "info", message: "news" })
      log.add({ level: "warn", message: "a problem" })
      await log.close({ level: "info", message: "ended" })
      expect(written).toEqual(expected)
    },
  )

  it("tells once that its file cannot be written, and the run goes on", async () => {
    const { log, failures } = memoryLog("info", new Error("disk full"))
    log.add({ level: "info", message: "news" })
    await log.close()
    await log.close()
    expect(failures).toEqual([new Error("disk full")])
  })
})

describe("the log file", () => {
  it("holds a JSON object per line and no secrets, and is put aside when it has grown", async () => {
    const stateDir = temporaryFolder()
    writeFileSync(join(stateDir, "barkeep.log"), `${"x".repeat(3 * 1024 * 1024)}\n`)
    const file = await openLogFile({ stateDir, secrets: ["KEY+KEY"], run: { pid: 1, command: "populate" } })
    await file.append([
      { time: 0, level: "info", message: "asked https://vendor/query?apikey=KEY%2BKEY&x=1" },
      { time: 1, level: "warn", message: "it said KEY+KEY" },
    ])
    await file.close()
    expect(readdirSync(stateDir).toSorted()).toEqual(["barkeep.log", "barkeep.log.1"])
    const text = readFileSync(join(stateDir, "barkeep.log"), "utf8")
    expect(text).not.toMatch(/KEY/)
    expect(
      text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { time: "1970-01-01T00:00:00Z", level: "info", pid: 1, command: "populate" },
      { time: "1970-01-01T00:00:00.001Z", level: "warn", message: "it said [redacted]" },
    ])
  })

  it("is written by a command that fails, not by one that has nothing to report, and at debug by all", async () => {
    const state = temporaryFolder()
    const environment = { BARKEEP_STATE_DIR: state, BARKEEP_CACHE_DIR: join(state, "cache") }
    const log = join(state, "barkeep.log")
    expect(
      (
        await barkeep(
          ["calendar", "24/7", "--start-date", "2024-01-01", "--end-date", "2024-01-01"],
          environment,
        )
      ).code,
    ).toBe(0)
    expect(existsSync(log)).toBe(false)
    const debug = await barkeep(["config", "--log-level", "debug"], environment)
    expect([debug.code, debug.stderr]).toEqual([0, ""])
    writeFileSync(join(state, "file"), "")
    const failed = await barkeep(["list", "--cache-dir", join(state, "file")], environment)
    expect(failed.code).toBe(4)
    const lines = readFileSync(log, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { message: string })
    expect(lines.map(({ message }) => message)).toEqual([
      "runs config --log-level debug",
      "settings",
      "ended",
      expect.stringMatching(/^runs list /),
      expect.stringContaining("file"),
      "ended",
    ])
    const none = temporaryFolder()
    await barkeep(["list", "--cache-dir", join(state, "file"), "--log-level", "none"], {
      ...environment,
      BARKEEP_STATE_DIR: none,
    })
    expect(readdirSync(none)).toEqual([])
  })
})
