import {
  type EpochMillis,
  intersectRanges,
  isoTime,
  sliceBars,
  subtractRanges,
  type TimeRange,
} from "@barkeep/market-data"
import {
  type BarRequest,
  describeFailure,
  type ProviderError,
  type ProviderFailure,
  type VendorClient,
} from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import { type DownloadedFile, downloadFile } from "./archive-download.ts"
import { type ArchiveFile, dailyFiles, fileName } from "./archive-file.ts"
import { zipCall } from "./calls.ts"
import { binanceCapabilities } from "./capabilities.ts"
import { archiveEndpoint, pageBars } from "./endpoints.ts"
import { isRefusedHere } from "./failures.ts"
import { absentRuns, clipRanges, groupRuns, judgeFile } from "./judge-file.ts"
import type { ArchiveMode } from "./options.ts"
import { type FileStep, seamBars } from "./plan-steps.ts"
import type { RangeStart, RestSource } from "./rest-source.ts"
import { type Answer, clipStretch, joinAnswers, nothing, type Stretch } from "./stretch.ts"

/** Bars of Binance's archive for one question. */
export type FileSource = (request: BarRequest, step: FileStep) => Effect.Effect<Answer, ProviderError>

/** Files and windows of one file's mending in flight at once, below the limit of the clients. */
const atOnce = 4

/**
 * Answers steps from the archive, mending what a file lacks: days with rows off the grid come from their daily files,
 * else from the REST API; bars that are absent are believed to be so when the REST API has none either (or, where it
 * does not serve, the daily files), else they come from there; a file that is not there is replaced by daily files and
 * the REST API. With `auto`, an archive that cannot be reached is not asked again for this question.
 */
export const makeFileSource = (client: VendorClient, rest: RestSource, archive: ArchiveMode): FileSource => {
  /** Why the archive is not asked any more. */
  let unreachable: string | undefined

  const distrust = (file: ArchiveFile, issue: string): Effect.Effect<never, ProviderError> =>
    Effect.fail(
      client.error(zipCall(file).operation, {
        _tag: "MalformedResponse",
        issue: `${fileName(file)}.zip: ${issue}`,
      }),
    )

  const download = (file: ArchiveFile): Effect.Effect<DownloadedFile | void, ProviderError> =>
    downloadFile(client, file).pipe(
      Effect.catchIf(
        ({ reason }) => archive === "auto" && isUnreachable(reason),
        ({ reason }) =>
          Effect.sync(() => {
            unreachable = `the archive could not be asked: ${describeFailure(reason)}`
          }),
      ),
    )

  const answerFile = Effect.fnUntraced(function* (
    request: BarRequest,
    { file, keep }: Omit<FileStep, "_tag">,
  ): Effect.fn.Return<Answer, ProviderError> {
    const downloaded = unreachable === undefined ? yield* download(file) : undefined
    if (downloaded === undefined)
      return unreachable === undefined
        ? yield* answerWithoutFile(request, file, keep)
        : yield* rest.range(request, keep, request.range, unreachable)
    const judged = judgeFile(file, downloaded.bars)
    if (typeof judged === "string") return yield* distrust(file, judged)
    const runs = subtractRanges([keep], judged.offGrid).flatMap((range) =>
      absentRuns(file.timeframe, judged.bars, range),
    )
    const [replaced, added] = yield* Effect.all([
      Effect.forEach(clipRanges(judged.offGrid, keep), (range) => replaceRange(request, file, range), {
        concurrency: atOnce,
      }),
      Effect.forEach(
        groupRuns(file.timeframe, runs, pageBars - 2 * seamBars),
        (group) => addAbsent(request, file, keep, group),
        { concurrency: atOnce },
      ),
    ])
    const foreign = joinAnswers([...replaced, ...added])
    if (foreign.reachesPresent)
      return yield* distrust(file, "its period is not over yet by the clock of the REST API")
    const own = subtractRanges(
      [keep],
      foreign.stretches.flatMap(({ pages }) => pages.map(({ range }) => range)),
    ).map((range) => toStretch({ ...downloaded, bars: sliceBars(judged.bars, range) }, range))
    return { stretches: [...own, ...foreign.stretches].toSorted(byStart), reachesPresent: false }
  })

  /** The bars of a range in which the file has rows off the grid. */
  const replaceRange = (
    request: BarRequest,
    file: ArchiveFile,
    range: TimeRange,
  ): Effect.Effect<Answer, ProviderError> => {
    const days = file.kind === "monthly" ? dailyFiles(file.vendorSymbol, file.timeframe, range) : []
    if (days.length > 0) return answerDays(request, days, range)
    const because = `${fileName(file)}.zip has rows off the grid`
    return rest
      .range(request, range, request.range, because)
      .pipe(
        Effect.catchIf(doesNotServe, ({ reason }) =>
          distrust(
            file,
            `has rows off the grid, and the REST API cannot be asked instead: ${describeFailure(reason)}`,
          ),
        ),
      )
  }

  /** What others have of the bars that the file lacks; nothing when they have none either. */
  const addAbsent = (
    request: BarRequest,
    file: ArchiveFile,
    keep: TimeRange,
    runs: ReadonlyArray<TimeRange>,
  ): Effect.Effect<Answer, ProviderError> => {
    const span = { from: runs[0]?.from ?? keep.from, to: runs.at(-1)?.to ?? keep.to }
    const because = `${fileName(file)}.zip lacks these rows`
    return rest.range(request, span, keep, because).pipe(
      Effect.flatMap(({ stretches, reachesPresent }) =>
        Effect.map(confirmDoubts(request, file, stretches, runs), (doubtful) => ({
          stretches: [
            ...runs.flatMap((run) => stretches.flatMap((stretch) => clipStretch(stretch, run) ?? [])),
            ...doubtful,
          ],
          reachesPresent,
        })),
      ),
      Effect.catchIf(
        (error) => doesNotServe(error) && file.kind === "monthly",
        (error) => addFromDays(file, runs, error),
      ),
    )
  }

  /**
   * The runs that the file lacks and of which the REST API's answer may have lost the bars too: what it has next tells.
   * Those that it has nothing after, either, stay doubtful.
   */
  const confirmDoubts = Effect.fnUntraced(function* (
    request: BarRequest,
    file: ArchiveFile,
    stretches: ReadonlyArray<Stretch>,
    runs: ReadonlyArray<TimeRange>,
  ) {
    const doubtful: Array<Stretch> = []
    for (const stretch of stretches)
      for (const page of stretch.pages.filter(({ absence }) => absence === "doubtful"))
        for (const range of clipRanges(runs, page.range)) {
          const next = yield* rest.next(request, range.from)
          if (next === undefined)
            doubtful.push({ ...stretch, pages: [{ ...page, range }], bars: page.bars, seen: range })
          else if (next < range.to)
            return yield* distrust(
              file,
              `lacks bars from ${isoTime(range.from)} on, and so does an answer of the REST API, which has one at ${isoTime(next)}`,
            )
        }
    return doubtful
  })

  /** What the daily files have of the bars that the monthly one lacks. */
  const addFromDays = Effect.fnUntraced(function* (
    month: ArchiveFile,
    runs: ReadonlyArray<TimeRange>,
    refusal: ProviderError,
  ) {
    const stretches: Array<Stretch> = []
    for (const run of runs) {
      const days = dailyFiles(month.vendorSymbol, month.timeframe, run)
      if (days.length === 0) return yield* Effect.fail(refusal)
      const downloads = yield* Effect.forEach(days, (day) => downloadFile(client, day), {
        concurrency: atOnce,
      })
      for (const downloaded of downloads) {
        if (downloaded === undefined) continue
        const range = intersectRanges(downloaded.file.period, run) ?? run
        const judged = judgeFile(downloaded.file, downloaded.bars)
        if (typeof judged === "string") return yield* distrust(downloaded.file, judged)
        if (clipRanges(judged.offGrid, range).length > 0)
          return yield* distrust(downloaded.file, "has rows off the grid")
        const whole = toStretch({ ...downloaded, bars: sliceBars(judged.bars, range) }, range)
        stretches.push(...[clipStretch(whole, range)].filter((stretch) => stretch !== undefined))
      }
    }
    return { stretches, reachesPresent: false }
  })

  /** A file that the archive does not have: not published yet, before the listing, after the delisting. */
  const answerWithoutFile = Effect.fnUntraced(function* (
    request: BarRequest,
    file: ArchiveFile,
    keep: TimeRange,
  ): Effect.fn.Return<Answer, ProviderError> {
    const because = `the archive has no ${fileName(file)}.zip`
    const days = file.kind === "monthly" ? dailyFiles(file.vendorSymbol, file.timeframe, keep) : []
    if (days.length === 0) return yield* rest.range(request, keep, request.range, because)
    // One question spares sixty for the days of a month in which there is nothing.
    const start = yield* rest
      .start(request, keep, because)
      .pipe(
        Effect.catchIf(isRefusedHere, () =>
          Effect.succeed<RangeStart>({ answer: nothing, firstTime: keep.from }),
        ),
      )
    if (start.firstTime === undefined) return start.answer
    const left = { from: start.firstTime, to: keep.to }
    return joinAnswers([
      start.answer,
      yield* answerDays(request, dailyFiles(file.vendorSymbol, file.timeframe, left), left),
    ])
  })

  const answerDays = (
    request: BarRequest,
    days: ReadonlyArray<ArchiveFile>,
    range: TimeRange,
  ): Effect.Effect<Answer, ProviderError> =>
    Effect.map(
      Effect.forEach(
        days.flatMap((file) => {
          const keep = intersectRanges(file.period, range)
          return keep === undefined ? [] : [{ file, keep }]
        }),
        (day) => answerFile(request, day),
        { concurrency: atOnce },
      ),
      joinAnswers,
    )

  return answerFile
}

/** True when the REST API will not tell, however often it is asked; it may have forgotten a pair that was delisted. */
const doesNotServe = (error: ProviderError): boolean =>
  isRefusedHere(error) || error.reason._tag === "SymbolNotFound"

/** True when nothing of the archive can be had from here or now. */
const isUnreachable = ({ _tag }: ProviderFailure): boolean =>
  ["GeoBlocked", "BlockedByFirewall", "NetworkFailure", "VendorOutage", "RateLimited"].includes(_tag)

const toStretch = ({ file, bars, sha256, etag, receivedAt }: DownloadedFile, range: TimeRange): Stretch => ({
  source: "archive",
  name: `${fileName(file)}.zip`,
  pages: [
    {
      range,
      bars,
      provenance: {
        provider: binanceCapabilities.provider,
        endpoint: archiveEndpoint,
        method: "archive",
        adjustment: binanceCapabilities.adjustment,
        fetchedAt: receivedAt,
        // Binance makes a file when its period is over.
        settled: true,
        evidence: { file: `${fileName(file)}.zip`, sha256, ...(etag !== undefined && { etag }) },
      },
    },
  ],
  bars,
  seen: range,
})

const byStart = (a: Stretch, b: Stretch): number => startOf(a) - startOf(b)

const startOf = ({ pages, seen }: Stretch): EpochMillis => pages[0]?.range.from ?? seen.from
