import { type BarPage, intersectRanges } from "@barkeep/market-data"
import type { BarRequest, Clock, ProviderError, VendorClient } from "@barkeep/provider-kit"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { isRefusedHere } from "./failures.ts"
import { makeFileSource } from "./file-source.ts"
import type { ArchiveMode } from "./options.ts"
import { pageStream } from "./page-stream.ts"
import { planRequest, type Step } from "./plan-steps.ts"
import { proveAbsence } from "./prove-absence.ts"
import type { RestSource } from "./rest-source.ts"
import type { Stretch } from "./stretch.ts"

export interface BarPagesContext {
  readonly rest: RestSource
  readonly archiveClient: VendorClient
  readonly archive: ArchiveMode
  readonly concurrency: number
  readonly clock: Clock
}

/**
 * The pages of a request, from both sources. With `auto`, where the REST API does not serve this place, what is left
 * comes from the archive as far as that reaches.
 */
export const makeBarPages = ({ rest, archiveClient, archive, concurrency, clock }: BarPagesContext) => {
  const follow = (request: BarRequest, steps: ReadonlyArray<Step>): Stream.Stream<BarPage, ProviderError> => {
    const answerFile = makeFileSource(archiveClient, rest, archive)
    return pageStream(steps, {
      answer: (step) => (step._tag === "file" ? answerFile(request, step) : rest.window(request, step)),
      concurrency,
      contradiction: (issue, left, right) => contradiction(archiveClient, request, issue, left, right),
    }).pipe(proveAbsence((from, next) => rest.checkAbsence(request, from, next)))
  }

  const plan = (request: BarRequest, mode: ArchiveMode): Result.Result<ReadonlyArray<Step>, ProviderError> =>
    planRequest(request, { archive: mode, now: clock.now() })

  /** What can be had without the REST API, then its refusal. */
  const fromArchive = (
    request: BarRequest,
    refusal: ProviderError,
  ): Stream.Stream<BarPage, ProviderError> => {
    const steps = Result.getOrElse(plan(request, "always"), () => [])
    return steps[0]?._tag === "file" ? follow(request, steps) : Stream.fail(refusal)
  }

  return (request: BarRequest): Stream.Stream<BarPage, ProviderError> =>
    Stream.unwrap(
      Effect.suspend(() =>
        Effect.map(Effect.fromResult(plan(request, archive)), (steps) => {
          let { from } = request.range
          const pages = Stream.map(follow(request, steps), (page) => {
            from = page.range.to
            return page
          })
          return pages.pipe(
            Stream.catchIf(
              (error) => archive === "auto" && isRefusedHere(error),
              (refusal) => fromArchive({ ...request, range: { from, to: request.range.to } }, refusal),
            ),
          )
        }),
      ),
    )
}

const contradiction = (
  client: VendorClient,
  { instrument, timeframe, range }: BarRequest,
  issue: string,
  left: Stretch,
  right: Stretch,
): ProviderError =>
  client.error(
    {
      operation: "archive",
      symbol: instrument.symbol,
      timeframe,
      range: intersectRanges(left.seen, right.seen) ?? range,
    },
    { _tag: "MalformedResponse", issue: `${issue}; the archive can be left out: archive "never"` },
  )
