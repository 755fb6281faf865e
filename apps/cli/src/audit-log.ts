import { appendFileSync, mkdirSync, renameSync, statSync } from "node:fs"
import { hostname, userInfo } from "node:os"
import { dirname, join } from "node:path"
import { isoTime, TaggedError } from "@barkeep/market-data"
import type { PopulateEvent } from "@barkeep/populate"
import type { CallRecord } from "@barkeep/provider-kit"

/** A file that grows by one line of JSON for every call to a vendor and every download that ended. */
export interface AuditLog {
  readonly path: string
  readonly call: (call: CallRecord) => void
  readonly download: (event: PopulateEvent, now: number) => void
  /** Writes what is not written yet. */
  readonly flush: () => void
}

/** The record of calls and downloads cannot be written; what was downloaded is in the cache all the same. */
export class AuditLogError extends TaggedError<"AuditLogError"> {
  readonly _tag = "AuditLogError"
  override readonly name = "AuditLogError"
  readonly path: string

  constructor(path: string, cause: unknown) {
    super(
      `audit log ${path}: ${cause instanceof Error ? cause.message : String(cause)}; make room, or choose another state folder (BARKEEP_STATE_DIR)`,
      { cause },
    )
    this.path = path
  }
}

const largestBytes = 10 * 1024 * 1024
const mostUnwritten = 100

/**
 * Opens `audit.ndjson` in the state folder; one that has grown too large is kept under the time it was put aside.
 * @throws {AuditLogError} here and when lines are written
 */
export const openAuditLog = (stateDir: string, now: number): AuditLog => {
  const path = join(stateDir, "audit.ndjson")
  guard(path, () => {
    mkdirSync(stateDir, { recursive: true })
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
    if (size > largestBytes)
      renameSync(path, join(stateDir, `audit-${isoTime(now).replaceAll(":", "")}.ndjson`))
  })
  const who = `${userInfo().username}@${hostname()} ${process.pid}`
  let lines: Array<string> = []
  const flush = (): void => {
    if (lines.length === 0) return
    const text = lines.join("")
    lines = []
    guard(path, () => append(path, text))
  }
  const add = (line: object): void => {
    lines.push(`${JSON.stringify(line)}\n`)
    if (lines.length >= mostUnwritten) flush()
  }
  /** When entries were begun with, by name. */
  const begun = new Map<string, number>()
  return {
    path,
    flush,
    call: ({ startedAt, vendor, ...call }) =>
      add({ kind: "call", time: isoTime(startedAt), who, provider: vendor, ...call }),
    download: (event, time) => {
      const entry = `${event.task.instrument.symbol} ${event.task.timeframe}`
      const from = begun.get(entry) ?? time
      begun.set(entry, from)
      if (event._tag !== "TaskFinished") return
      const { symbol, timeframe, provider, wanted, rowsAdded, rowsReplaced, status, error } = event.outcome
      add({
        kind: "download",
        time: isoTime(time),
        who,
        provider,
        symbol,
        timeframe,
        from: isoTime(wanted.from),
        to: isoTime(wanted.to),
        rowsAdded,
        rowsReplaced,
        millis: time - from,
        outcome: status,
        ...(error === undefined ? {} : { error: error.message }),
      })
      flush()
    },
  }
}

/** Also when somebody has cleared the state folder away meanwhile. */
const append = (path: string, text: string): void => {
  try {
    appendFileSync(path, text)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, text)
  }
}

const guard = (path: string, write: () => void): void => {
  try {
    write()
  } catch (cause) {
    throw new AuditLogError(path, cause)
  }
}
