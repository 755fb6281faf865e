import type { EpochMillis, Timeframe } from "@barkeep/market-data"
import { MigrationError } from "./errors.ts"
import { below, exists, findBytes, modifiedAt, walk } from "./files.ts"
import { type InstrumentDecision, instrumentOf } from "./instrument-of.ts"
import { parseOldMetadata } from "./old-metadata.ts"
import { compareProviders, isMadeUp, providerOrderKey } from "./providers.ts"
import type { OtherFile, SourceFile } from "./source-file.ts"
import { surveyPaths } from "./survey-paths.ts"
import { findTimeframe } from "./timeframe-folders.ts"

/** A source with what its metadata tells. */
export interface KnownSource {
  readonly file: SourceFile
  readonly provider: string
  readonly writtenAt: EpochMillis
  readonly metadata: unknown
}

/** All sources of one entry of the new cache, in the order of preference. */
export interface EntrySources extends InstrumentDecision {
  readonly timeframe: Timeframe
  readonly sources: ReadonlyArray<KnownSource>
}

/** An old cache, looked through: each of its files is in exactly one of the lists. */
export interface OldCache {
  readonly entries: ReadonlyArray<EntrySources>
  /** Sources with made-up rows, which are left out unless asked for. */
  readonly madeUp: ReadonlyArray<KnownSource>
  readonly others: ReadonlyArray<OtherFile>
}

export interface SurveyOptions {
  readonly oldCache: string
  readonly includeMock: boolean
  /** Providers that count before all others where two have the same bar. */
  readonly prefer: ReadonlyArray<string>
}

/**
 * Looks through an old cache: reads names and metadata, no data.
 * @throws {MigrationError} `NoOldCache`, `StorageFailure`
 */
export const surveyTree = async (options: SurveyOptions): Promise<OldCache> => {
  const { oldCache, includeMock } = options
  if (!(await exists(oldCache))) throw new MigrationError(oldCache, { _tag: "NoOldCache" })
  const tree = await walk(oldCache)
  const survey = surveyPaths(tree.files)
  const known: Array<KnownSource> = []
  for (const file of survey.sources) known.push(await describeSource(oldCache, file))
  const madeUp = includeMock ? [] : known.filter(({ provider }) => isMadeUp(provider))
  return {
    entries: toEntries(
      known.filter((source) => !madeUp.includes(source)),
      options,
    ),
    madeUp,
    others: [
      ...survey.others,
      ...tree.special.map((path): OtherFile => ({
        path,
        kind: "not-understood",
        why: "a link or special file; it is not followed",
      })),
    ],
  }
}

const describeSource = async (root: string, file: SourceFile): Promise<KnownSource> => {
  const metadata = parseOldMetadata(await findBytes(below(root, file.metadataPath)), file.year)
  return {
    file,
    provider: file.providerFolder ?? metadata.provider ?? "unknown",
    writtenAt: metadata.writtenAt ?? (await modifiedAt(below(root, file.path))),
    metadata: metadata.content,
  }
}

const layoutOrder = ["year-file", "year-folder", "unified", "nested"]

const toEntries = (
  sources: ReadonlyArray<KnownSource>,
  { prefer }: SurveyOptions,
): ReadonlyArray<EntrySources> => {
  const byFolder = Map.groupBy(sources, ({ file }) => file.symbolFolder)
  const entries = new Map<string, EntrySources>()
  for (const [folder, all] of byFolder) {
    const providers = [...new Set(all.map(({ provider }) => provider))].filter(
      (provider) => !isMadeUp(provider),
    )
    const decision = instrumentOf(folder, providers)
    for (const source of all) {
      const timeframe = findTimeframe(source.file.timeframeFolder) as Timeframe
      const key = `${decision.instrument.symbol} ${timeframe}`
      const entry = entries.get(key) ?? { ...decision, timeframe, sources: [] }
      entries.set(key, { ...entry, sources: [...entry.sources, source] })
    }
  }
  return [...entries]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entry]) => ({ ...entry, sources: inOrder(entry, prefer) }))
}

const inOrder = (
  { sources, timeframe }: EntrySources,
  prefer: ReadonlyArray<string>,
): ReadonlyArray<KnownSource> =>
  sources.toSorted(
    (a, b) =>
      compareProviders(
        providerOrderKey(a.provider, timeframe, prefer),
        providerOrderKey(b.provider, timeframe, prefer),
      ) ||
      a.file.rank - b.file.rank ||
      layoutOrder.indexOf(a.file.layout) - layoutOrder.indexOf(b.file.layout) ||
      a.file.year - b.file.year ||
      (a.file.path < b.file.path ? -1 : 1),
  )
