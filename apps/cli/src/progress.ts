import type { Console } from "./console.ts"
import { formatCount, formatDuration } from "./table.ts"

/** How far a run is. */
export interface ProgressState {
  /** From 0 to 1; `undefined` when nobody knows how much there is. */
  readonly share: number | undefined
  /** How much has been done of what is counted. */
  readonly count: number
  /** What is counted: `bars`. */
  readonly unit: string
  /** What it is busy with: `BTCUSDT 1h`. */
  readonly subject?: string
}

/** Shows how a run gets on: one line that renews itself on a terminal, a plain line now and then elsewhere. */
export interface Progress {
  readonly update: (state: ProgressState) => void
  /** Takes the line away. */
  readonly close: () => void
}

/** The rate is that of the last seconds: it follows a vendor that slows down, and does not jump with each page. */
const windowMillis = 15_000
/** Elsewhere than on a terminal: when the first plain line comes, and how far apart they are. */
const firstLineMillis = 5000
const betweenLinesMillis = 15_000

interface Sample {
  readonly time: number
  readonly count: number
  readonly share: number
}

/** `now` in epoch milliseconds. */
export const makeProgress = (console: Console, now: () => number): Progress => {
  let state: ProgressState | undefined
  let samples: ReadonlyArray<Sample> = [{ time: now(), count: 0, share: 0 }]
  let nextLine = now() + firstLineMillis
  const line = (): string =>
    state === undefined ? "" : progressLine(state, samples, now(), console.waiting !== undefined)
  return {
    update: (next) => {
      state = next
      const time = now()
      samples = withSample(samples, { time, count: next.count, share: next.share ?? 0 })
      if (console.isTerminal) console.status(line)
      else if (time >= nextLine) {
        nextLine = time + betweenLinesMillis
        console.tell(line().trim())
      }
    },
    close: console.clearStatus,
  }
}

/** Keeps the newest sample that is older than the window, as the start of the rate. */
const withSample = (samples: ReadonlyArray<Sample>, sample: Sample): ReadonlyArray<Sample> => {
  const recent = samples.findLastIndex(({ time }) => time <= sample.time - windowMillis)
  const kept = recent > 0 ? samples.slice(recent) : samples
  const last = kept.at(-1)
  // Several events in one moment are one sample.
  return last !== undefined && kept.length > 1 && sample.time - last.time < 100
    ? [...kept.slice(0, -1), sample]
    : [...kept, sample]
}

const barWidth = 20

/** ` 42 % ████████░░░░░░░░░░░░  12,345 bars  3,210/s  12 s left  BTCUSDT 1h`; what is left is not told while it waits. */
export const progressLine = (
  { share, count, unit, subject }: ProgressState,
  samples: ReadonlyArray<Sample>,
  now: number,
  isWaiting: boolean,
): string => {
  const first = samples[0] ?? { time: now, count: 0, share: 0 }
  const last = samples.at(-1) ?? first
  const millis = Math.max(1, now - first.time)
  const rate = ((last.count - first.count) / millis) * 1000
  const sharePerMilli = (last.share - first.share) / millis
  const parts = [
    ...(share === undefined ? [] : [`${percent(share)} ${barOf(share)}`]),
    `${formatCount(count)} ${unit}`,
    `${formatCount(Math.round(rate))}/s`,
    ...(share === undefined || isWaiting || sharePerMilli <= 0
      ? []
      : [`${formatDuration((1 - share) / sharePerMilli)} left`]),
    ...(subject === undefined ? [] : [subject]),
  ]
  return parts.join("  ")
}

const percent = (share: number): string =>
  `${Math.floor(share * 100)
    .toString()
    .padStart(3)} %`

const barOf = (share: number): string => {
  const full = Math.round(Math.min(1, Math.max(0, share)) * barWidth)
  return "█".repeat(full) + "░".repeat(barWidth - full)
}
