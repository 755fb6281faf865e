import * as path from "node:path"
import { isoTime, type EpochMillis } from "@barkeep/market-data"
import type { EntryPlan } from "./entry-plan.ts"
import { readBytes, sha256Of, writeWhole } from "./files.ts"
import { toPlanJson, type PlanJson } from "./plan-json.ts"
import type { MigrationTarget } from "./ports.ts"
import type { MigrationRecord } from "./record.ts"
import { findImbalance, listPath, readBack } from "./run-entry.ts"
import { listedFates, listHeader, type ListedFate } from "./row-list.ts"
import { MigrationError } from "./errors.ts"
import type { KnownSource } from "./survey-tree.ts"

/**
 * Proof of a migration, as JSON: for each entry the row counts and hashes of its sources and of what became of them, read
 * back from the new cache. `fates.source` = `kept` + `duplicates` + `conflicts` + `refused` holds for each entry and each
 * file: a hash is the sum of the SHA-256 of the rows modulo 2^256.
 */
export interface Certificate extends PlanJson {
  readonly format_version: 1
  readonly id: string
  readonly startedAt: string
  readonly certifiedAt: string
  /** The lists of rows that are not kept, beside this file. */
  readonly lists: { readonly [fate in ListedFate]: { readonly file: string; readonly sha256: string } }
  /** What the old metadata of each source said, by the source's path. */
  readonly metadata: { readonly [path: string]: unknown }
}

/**
 * Joins the lists and writes `certificate.json`.
 * @param checked entries that this run has read back; the others are now
 * @throws {MigrationError} `NotAsPlanned`
 */
export const writeCertificate = async (
  target: MigrationTarget,
  record: MigrationRecord,
  sources: ReadonlyArray<KnownSource>,
  checked: ReadonlySet<number>,
  now: EpochMillis,
): Promise<Certificate> => {
  for (const [index, plan] of record.plan.entries.entries())
    if (!checked.has(index)) await checkEntry(target, record.id, plan)
  const lists = {} as { [fate in ListedFate]: { readonly file: string; readonly sha256: string } }
  for (const fate of listedFates) {
    const parts = [Buffer.from(listHeader)]
    for (const index of record.plan.entries.keys())
      parts.push(Buffer.from(await readBytes(listPath(record.folder, index, fate))))
    const content = Buffer.concat(parts)
    await writeWhole(path.join(record.folder, `${fate}.csv`), content)
    lists[fate] = { file: `${fate}.csv`, sha256: sha256Of(content) }
  }
  const certificate: Certificate = {
    format_version: 1,
    id: record.id,
    startedAt: isoTime(record.startedAt),
    certifiedAt: isoTime(now),
    ...toPlanJson(record.plan),
    lists,
    metadata: Object.fromEntries(
      sources.flatMap(({ file, metadata }) => (metadata === undefined ? [] : [[file.path, metadata]])),
    ),
  }
  await writeWhole(certificatePath(record), `${JSON.stringify(certificate, null, 1)}\n`)
  return certificate
}

export const certificatePath = (record: Pick<MigrationRecord, "folder">): string =>
  path.join(record.folder, "certificate.json")

const checkEntry = async (target: MigrationTarget, id: string, plan: EntryPlan): Promise<void> => {
  const { kept } = await readBack(target, id, plan)
  const problem = findImbalance(plan, kept)
  if (problem !== undefined)
    throw new MigrationError(`${plan.symbol} ${plan.timeframe}`, { _tag: "NotAsPlanned", what: problem })
}
