import {
  type Bars,
  firstRowAtOrAfter,
  intersectRanges,
  type Provenance,
  takeRows,
} from "@barkeep/market-data"
import { calibrate } from "./calibrate.ts"
import { toEvidence } from "./calibration.ts"
import type { Donor } from "./donor.ts"
import type { DonorAnswer, FillRequest } from "./fill-store.ts"
import { type FilledEntry, type GapTask, withAttempt } from "./gap-task.ts"
import type { Attempt } from "./outcome.ts"
import { answeredBars } from "./remembered.ts"
import { withoutVolume } from "./without-volume.ts"

/** What a donor's answers give for one gap: the rows to add, and the gap as it is then. Pure. */
export const donorRows = (
  donor: Donor,
  entry: FilledEntry,
  task: GapTask,
  answers: ReadonlyArray<DonorAnswer>,
): { readonly task: GapTask; readonly rows: FillRequest["rows"] } => {
  const nothing = (attempt: Omit<Attempt, "donor" | "rows">) => ({
    task: withAttempt(task, { ...attempt, donor: donor.id, rows: 0 }),
    rows: [],
  })
  const near = answers.filter(
    ({ range, provenance }) =>
      intersectRanges(range, task.window) !== undefined &&
      // Bars built from finer ones of which some are absent are no whole bars.
      provenance.evidence?.["absentParts"] === undefined,
  )
  const bars = answeredBars(task.window, near)
  const found = task.missing.filter((time) => hasRow(bars, time))
  if (found.length === 0) return nothing({ reason: "same-hole", text: "has no bars there either" })
  const { adjustment } = donor.provider.capabilities
  const calibration = calibrate({
    timeframe: entry.timeframe,
    gap: task.range,
    existing: task.existing,
    donor: bars,
    sampled: donor.grade === "sampled",
    needsBothSides: entry.adjustment !== adjustment && entry.adjustment !== "unknown",
  })
  const { figures } = calibration
  if (calibration._tag === "Refused")
    return nothing({ reason: "calibration", text: calibration.text, figures })
  const keepsVolume = calibration.volume === "kept"
  const evidence = {
    donor: donor.id,
    ...(donor.grade === "sampled" ? { grade: "sampled" } : {}),
    ...(adjustment === entry.adjustment ? {} : { donorAdjustment: adjustment }),
    ...toEvidence(figures),
    volume: keepsVolume ? "kept" : `absent: ${calibration.volumeText}`,
  }
  const text = `${found.length} bars; ${keepsVolume ? "" : "no volume: "}${calibration.volumeText}`
  return {
    task: withFound(task, found, { donor: donor.id, text, rows: found.length, figures }),
    rows: toRows(found, near, keepsVolume, evidence),
  }
}

/** The gap without the times that were found; what is left is a hole of the donor, too. */
const withFound = (task: GapTask, found: ReadonlyArray<number>, attempt: Attempt): GapTask => {
  const taken = new Set(found)
  const missing = task.missing.filter((time) => !taken.has(time))
  const filled = withAttempt({ ...task, missing }, attempt)
  return missing.length === 0
    ? filled
    : withAttempt(filled, {
        donor: attempt.donor,
        reason: "same-hole",
        text: `has no bars for ${missing.length} of them either`,
        rows: 0,
      })
}

/** The rows at these times, each from the latest answer that has it, with where they come from. */
const toRows = (
  times: ReadonlyArray<number>,
  answers: ReadonlyArray<DonorAnswer>,
  keepsVolume: boolean,
  evidence: NonNullable<Provenance["evidence"]>,
): FillRequest["rows"] => {
  let left = times
  return answers
    .toSorted((a, b) => b.askedAt - a.askedAt)
    .flatMap(({ bars, provenance }) => {
      const here = left.filter((time) => hasRow(bars, time))
      if (here.length === 0) return []
      left = left.filter((time) => !hasRow(bars, time))
      const part = takeRows(
        bars,
        here.map((time) => firstRowAtOrAfter(bars.openTime, time)),
      )
      const { provider, endpoint, fetchedAt, settled, method } = provenance
      return [
        {
          bars: keepsVolume ? part : withoutVolume(part),
          provenance: {
            provider,
            endpoint,
            method: "donor" as const,
            fetchedAt,
            settled,
            evidence: {
              ...provenance.evidence,
              ...(method === "archive" ? { source: "archive" } : {}),
              ...evidence,
            },
          },
        },
      ]
    })
}

const hasRow = ({ openTime }: Bars, time: number): boolean =>
  openTime[firstRowAtOrAfter(openTime, time)] === time
