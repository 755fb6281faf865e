import { barCount } from "@barkeep/market-data"
import type { RowFates, SourcePlan } from "./entry-plan.ts"
import type { MergedSources } from "./merge-sources.ts"
import type { ResolvedTimes } from "./resolve-times.ts"
import { addSums, hashRows, type RowHashes, RowSummer, type RowSum, valuesAt } from "./row-hash.ts"
import type { SourceText } from "./source-text.ts"

/** The rows of a readable source and what their times mean. */
export interface SourceRows {
  readonly text: SourceText
  readonly times: ResolvedTimes
}

type Texts = ReadonlyArray<SourceRows | undefined>

/** Counts the fates of each source's rows, and all rows of its text apart from them. */
export const countFates = (texts: Texts, merged: MergedSources): ReadonlyArray<RowFates> => {
  const hashes = texts.map((each) => (each === undefined ? new Uint32Array(0) : hashText(each)))
  const summers = texts.map(() => ({
    source: new RowSummer(),
    kept: new RowSummer(),
    duplicates: new RowSummer(),
    conflicts: new RowSummer(),
    refused: new RowSummer(),
  }))
  const add = (fate: keyof RowFates, source: number, row: number): void =>
    summers[source]?.[fate].addHash(hashes[source] as Uint32Array, row)
  for (let index = 0; index < barCount(merged.bars); index += 1)
    add("kept", merged.source[index] as number, merged.row[index] as number)
  for (const fate of ["duplicates", "conflicts", "refused"] as const)
    for (const { source, row } of merged[fate]) add(fate, source, row)
  for (const [source, each] of texts.entries()) {
    if (each === undefined) continue
    for (const row of each.times.refused.keys()) add("refused", source, row)
    for (let row = 0; row < barCount(each.text.bars); row += 1) add("source", source, row)
    for (const { text } of each.text.unreadable)
      for (const fate of ["source", "refused"] as const) summers[source]?.[fate].addText(text)
  }
  return summers.map((each) => ({
    source: each.source.result(),
    kept: each.kept.result(),
    duplicates: each.duplicates.result(),
    conflicts: each.conflicts.result(),
    refused: each.refused.result(),
  }))
}

const hashText = ({ text, times }: SourceRows): RowHashes =>
  hashRows(barCount(text.bars), (row) => {
    const isRefused = times.refused.has(row)
    return {
      kind: isRefused ? "written" : "bar",
      time: (isRefused ? text.bars.openTime : times.openTime)[row] as number,
      values: valuesAt(text.bars, row),
    }
  })

export const addFates = (all: ReadonlyArray<RowFates>): RowFates => {
  const sum = (fate: keyof RowFates): RowSum => addSums(...all.map((each) => each[fate]))
  return {
    source: sum("source"),
    kept: sum("kept"),
    duplicates: sum("duplicates"),
    conflicts: sum("conflicts"),
    refused: sum("refused"),
  }
}

/** The reasons why rows of a source are refused, counted. */
export const refusalsOf = (index: number, texts: Texts, merged: MergedSources): SourcePlan["refusals"] => {
  const reasons = [
    ...(texts[index]?.times.refused.values() ?? []),
    ...(texts[index]?.text.unreadable ?? []).map(({ issue }) => issue),
    ...merged.refused.flatMap(({ source, why }) => (source === index ? [why] : [])),
  ]
  const counts = new Map<string, number>()
  for (const why of reasons) counts.set(why, (counts.get(why) ?? 0) + 1)
  return [...counts].map(([why, rows]) => ({ why, rows })).toSorted((a, b) => b.rows - a.rows)
}
