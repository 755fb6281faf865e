import * as path from "node:path"
import { TaggedError } from "@barkeep/market-data"
import { type Certificate, certificatePath } from "./certificate.ts"
import { below, exists, findBytes, sha256Of } from "./files.ts"
import { movedTo } from "./move-aside.ts"
import type { MigrationTarget } from "./ports.ts"
import { fromPlanJson } from "./plan-json.ts"
import { readRecord, stateOf } from "./record.ts"
import { addSums, equalSums, noRows, type RowSum } from "./row-hash.ts"
import { listedFates, type ListedFate, sumList } from "./row-list.ts"
import { findImbalance, readBack } from "./run-entry.ts"

/** Something that does not agree with the certificate any more. */
export interface VerifyProblem {
  /** `SYMBOL TIMEFRAME`, or a file. */
  readonly subject: string
  readonly what: string
}

export interface VerifiedMigration {
  readonly id: string
  readonly entries: number
  /** Rows of the migration that were read back. */
  readonly rows: number
  /** Files of the old cache that are still there and unchanged; the others count as nothing: they may be deleted. */
  readonly sourcesUnchanged: number
  readonly problems: ReadonlyArray<VerifyProblem>
}

/**
 * Checks a finished migration against its certificate: every migrated row is read back from the new cache, the lists are
 * added up again, and each entry's account has to balance. One changed digit anywhere is found.
 * @throws {MigrationError} `UnknownMigration`, `DamagedRecord`
 */
export const verifyMigration = async (options: {
  readonly target: MigrationTarget
  readonly id: string
  readonly signal?: AbortSignal
}): Promise<VerifiedMigration> => {
  const { target, id, signal } = options
  const record = await readRecord(target.folder, id)
  const problems: Array<VerifyProblem> = []
  const report = (subject: string, what: string): void => void problems.push({ subject, what })
  const state = stateOf(record)
  const bytes = await findBytes(certificatePath(record))
  if (!["finished", "unfinished"].includes(state) || bytes === undefined) {
    report(
      id,
      bytes === undefined
        ? "there is no certificate: the migration has not finished"
        : "the migration was rolled back",
    )
    return { id, entries: 0, rows: 0, sourcesUnchanged: 0, problems }
  }
  const certificate = parseCertificate(bytes)
  if (certificate === undefined) {
    report(certificatePath(record), "is no certificate that can be read")
    return { id, entries: 0, rows: 0, sourcesUnchanged: 0, problems }
  }
  const plan = fromPlanJson(certificate)
  const listed = await readLists(record.folder, certificate, report)
  let rows = 0
  for (const entry of plan.entries) {
    signal?.throwIfAborted()
    const subject = `${entry.symbol} ${entry.timeframe}`
    for (const fate of listedFates)
      if (!equalSums(listed[fate].get(subject) ?? noRows, entry.fates[fate]))
        report(
          subject,
          `${certificate.lists[fate].file} does not list the ${entry.fates[fate].rows} rows of the certificate`,
        )
    try {
      const { kept } = await readBack(target, id, entry)
      rows += kept.rows
      const problem = findImbalance(entry, kept)
      if (problem !== undefined) report(subject, problem)
    } catch (error) {
      if (!(error instanceof TaggedError)) throw error
      report(subject, error.message)
    }
  }
  const total = addSums(...plan.entries.map((entry) => entry.fates.source))
  if (!equalSums(total, plan.fates.source))
    report(certificatePath(record), "the total is not the sum of the entries")
  const folder = (await exists(plan.oldCache)) ? plan.oldCache : (movedTo(record) ?? plan.oldCache)
  let sourcesUnchanged = 0
  for (const { sources } of plan.entries)
    for (const source of sources) {
      const found = await findBytes(below(folder, source.path))
      if (found !== undefined && sha256Of(found) === source.sha256) sourcesUnchanged += 1
    }
  return { id, entries: plan.entries.length, rows, sourcesUnchanged, problems }
}

const parseCertificate = (bytes: Uint8Array): Certificate | undefined => {
  try {
    const certificate = JSON.parse(new TextDecoder().decode(bytes)) as Certificate
    fromPlanJson(certificate)
    return certificate.lists === undefined ? undefined : certificate
  } catch {
    return undefined
  }
}

const readLists = async (
  folder: string,
  { lists }: Certificate,
  report: (subject: string, what: string) => void,
): Promise<{ readonly [fate in ListedFate]: ReadonlyMap<string, RowSum> }> => {
  const result = {} as { [fate in ListedFate]: ReadonlyMap<string, RowSum> }
  for (const fate of listedFates) {
    const file = path.join(folder, lists[fate].file)
    const bytes = await findBytes(file)
    result[fate] = new Map()
    if (bytes === undefined) report(file, "is not there")
    else if (sha256Of(bytes) !== lists[fate].sha256) report(file, "is not the file of the certificate")
    if (bytes === undefined) continue
    try {
      result[fate] = sumList(new TextDecoder().decode(bytes))
    } catch (error) {
      report(file, (error as Error).message)
    }
  }
  return result
}
