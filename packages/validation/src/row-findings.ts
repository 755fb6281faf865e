import { type Bars, type EpochMillis, isIntraday, nominalMillis, type Timeframe } from "@barkeep/market-data"
import { counted, type Finding, finding, type FindingKind, type Place } from "./finding.ts"
import type { IdleRuns } from "./idle-runs.ts"
import type { JudgedMove } from "./judge-moves.ts"
import type { OrderedRows } from "./order-rows.ts"
import { excessOf, isNoise } from "./sound-row.ts"

/** Findings about the order of the raw rows. */
export const orderFindings = (rows: OrderedRows, maxPlaces: number): ReadonlyArray<Finding> => {
  const conflicting = rows.duplicates.filter((row) => row.conflicting)
  const equal = rows.duplicates.filter((row) => !row.conflicting)
  const at = (openTime: EpochMillis, evidence: string): Place => ({ openTime, evidence })
  const made: Array<Finding> = []
  if (rows.outOfOrder.length > 0)
    made.push(
      finding(
        "order",
        rows.order === "descending"
          ? "the rows run from the newest to the oldest"
          : `${counted(rows.outOfOrder.length, "row")} come after a later one`,
        rows.outOfOrder.map((time) => at(time, "comes after a later open time")),
        { maxPlaces },
      ),
    )
  if (conflicting.length > 0)
    made.push(
      finding(
        "conflicting-duplicate",
        `${counted(conflicting.length, "row")} with other values at an open time that was there before`,
        conflicting.map((row) => at(row.openTime, "other values than the first row of that time")),
        { maxPlaces },
      ),
    )
  if (equal.length > 0)
    made.push(
      finding(
        "duplicate",
        `${counted(equal.length, "row")} twice`,
        equal.map((row) => at(row.openTime, "the same row again")),
        { maxPlaces },
      ),
    )
  if (rows.withoutTime > 0)
    made.push(
      finding("not-finite", `${counted(rows.withoutTime, "row")} without a usable open time`, [], {
        maxPlaces,
        rows: rows.withoutTime,
      }),
    )
  return made
}

type RowDefect = Extract<
  FindingKind,
  "not-finite" | "not-positive" | "negative-volume" | "inconsistent" | "float-noise"
>

const defectTexts: { readonly [kind in RowDefect]: string } = {
  "not-finite": "with a price or volume that is no finite number",
  "not-positive": "with a price of zero or below",
  "negative-volume": "with a volume below zero",
  inconsistent: "whose high or low contradicts another price",
  "float-noise": "whose high or low is off by rounding",
}

/** Findings about rows whose prices or volume cannot be, and how many of them are more than rounding. */
export const unsoundFindings = (
  bars: Bars,
  rows: ReadonlyArray<number>,
  maxPlaces: number,
): { readonly findings: ReadonlyArray<Finding>; readonly unsound: number } => {
  const places = new Map<RowDefect, Array<Place>>()
  for (const row of rows) {
    const kind = defectOf(bars, row)
    const list = places.get(kind) ?? []
    if (list.length === 0) places.set(kind, list)
    list.push({ openTime: bars.openTime[row] as number, evidence: evidenceOf(bars, row, kind) })
  }
  const findings = [...places].map(([kind, list]) =>
    finding(kind, `${counted(list.length, "row")} ${defectTexts[kind]}`, list, { maxPlaces }),
  )
  return { findings, unsound: rows.length - (places.get("float-noise")?.length ?? 0) }
}

const valuesOf = (bars: Bars, row: number): readonly [number, number, number, number, number] => [
  bars.open[row] as number,
  bars.high[row] as number,
  bars.low[row] as number,
  bars.close[row] as number,
  bars.volume[row] as number,
]

const defectOf = (bars: Bars, row: number): RowDefect => {
  const [open, high, low, close, volume] = valuesOf(bars, row)
  const prices = [open, high, low, close]
  if (!prices.every(Number.isFinite) || volume === Number.POSITIVE_INFINITY) return "not-finite"
  if (prices.some((price) => price <= 0)) return "not-positive"
  if (isNoise(open, high, low, close, volume)) return "float-noise"
  return excessOf(open, high, low, close) > 0 ? "inconsistent" : "negative-volume"
}

const evidenceOf = (bars: Bars, row: number, kind: RowDefect): string => {
  const [open, high, low, close, volume] = valuesOf(bars, row)
  const figures = `open ${open} high ${high} low ${low} close ${close} volume ${volume}`
  return kind === "inconsistent" || kind === "float-noise"
    ? `${figures}; off by ${excessOf(open, high, low, close).toExponential(1)} of the price`
    : figures
}

/** Findings about rows at open times that nobody expects. */
export const strayFindings = (
  bars: Bars,
  rows: ReadonlyArray<number>,
  expected: Float64Array,
  timeframe: Timeframe,
  maxPlaces: number,
): ReadonlyArray<Finding> => {
  const offGrid: Array<Place> = []
  const closed: Array<Place> = []
  let slot = 0
  for (const row of rows) {
    const openTime = bars.openTime[row] as number
    while (slot < expected.length && (expected[slot] as number) < openTime) slot += 1
    const near = [expected[slot - 1], expected[slot]].filter((time) => time !== undefined)
    if (near.some((time) => isOnGridOf(openTime - time, timeframe)))
      closed.push({ openTime, evidence: "the market is closed" })
    else offGrid.push({ openTime, evidence: `no ${timeframe} bar opens then` })
  }
  return [
    ...(offGrid.length === 0
      ? []
      : [
          finding("off-grid", `${counted(offGrid.length, "row")} between the open times`, offGrid, {
            maxPlaces,
          }),
        ]),
    ...(closed.length === 0
      ? []
      : [
          finding("closed-session", `${counted(closed.length, "row")} outside of sessions`, closed, {
            maxPlaces,
          }),
        ]),
  ]
}

const hour = 3_600_000

/** Midnights are an hour more or less than whole days apart when clocks change in between. */
const isOnGridOf = (distance: number, timeframe: Timeframe): boolean => {
  const length = nominalMillis(timeframe)
  if (isIntraday(timeframe)) return distance % length === 0
  if (timeframe === "1mo") return false
  const rest = Math.abs(distance) % length
  return rest === 0 || rest === hour || length - rest === hour
}

const moveTexts: { readonly [kind in JudgedMove["kind"]]: string } = {
  split: "a split that nobody told of",
  spike: "a price that is back at once",
  wick: "a high or low far from every other price",
  jump: "an unexplained jump",
  outlier: "a small price spike",
  "mixed-adjustment": "a split or dividend that the prices should be adjusted for",
}

export const moveFindings = (moves: ReadonlyArray<JudgedMove>, maxPlaces: number): ReadonlyArray<Finding> =>
  [...Map.groupBy(moves, (move) => move.kind)].map(([kind, list]) =>
    finding(
      kind,
      `${counted(list.length, "row")} with ${moveTexts[kind]}`,
      list.map((move) => move.place),
      { maxPlaces },
    ),
  )

export const idleFindings = (runs: IdleRuns, maxPlaces: number): ReadonlyArray<Finding> => {
  const kinds = [
    ["stale", runs.stale, "of bars that do not move"],
    ["zero-volume", runs.zeroVolume, "of bars without volume"],
    ["flat-filler", runs.fillers, "of flat bars that look like absent ones filled in"],
  ] as const
  return kinds.flatMap(([kind, places, what]) =>
    places.length === 0
      ? []
      : [finding(kind, `${counted(places.length, "run")} ${what}`, places, { maxPlaces })],
  )
}
