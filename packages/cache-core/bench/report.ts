import type { Timing } from "./measure.ts"

/** A figure beside the goal that it has to meet. */
export interface Ratio {
  readonly goal: string
  readonly what: string
  readonly value: number
  readonly least?: number
  readonly most?: number
}

type Timings = Readonly<Record<string, ReadonlyArray<Timing>>>

/** Ratios of CPU time inside one group, where both sides were measured. */
export const judge = (timings: Timings, yearRows: number): ReadonlyArray<Ratio> => {
  const cpu = (group: string, name: string): number | undefined =>
    timings[group]?.find((timing) => timing.name.startsWith(name))?.cpuMillis
  const wall = (group: string, name: string): number | undefined =>
    timings[group]?.find((timing) => timing.name.startsWith(name))?.wallMillis
  const ratio = (
    goal: string,
    what: string,
    top: number | undefined,
    bottom: number | undefined,
    limit: { readonly least?: number; readonly most?: number },
  ): ReadonlyArray<Ratio> =>
    top === undefined || bottom === undefined ? [] : [{ goal, what, value: top / bottom, ...limit }]
  const times = (
    goal: string,
    group: string,
    ours: string,
    other: string,
    least: number,
  ): ReadonlyArray<Ratio> =>
    ratio(goal, `${group}: ${other} / ${ours}`, cpu(group, other), cpu(group, ours), { least })
  return [
    ...["codec, blocks, one", "store"].flatMap((ours) => [
      ...ratio("P1", `read-year: ${ours} / floor`, cpu("read-year", ours), cpu("read-year", "floor"), {
        most: 1.8,
      }),
      ...times("P1", "read-year", ours, "pandas", 5),
      ...times("P1", "read-year", ours, "DuckDB", 4),
      ...times("P1", "read-year", ours, "papaparse", 8),
      ...times("P1", "read-year", ours, "pandas with pyarrow", 1.8),
    ]),
    ...ratio(
      "P1",
      "read-year: two threads / floor, wall",
      wall("read-year", "codec, blocks, two"),
      wall("read-year", "floor"),
      { most: 0.85 },
    ),
    ...times("P2", "read-day", "store", "pandas", 1200),
    ...times("P2", "read-day", "store", "DuckDB over csv.gz", 800),
    ...times("P2", "read-day", "store", "DuckDB over Parquet", 12),
    ...times("P3", "append", "store, opened anew", "pandas", 600),
    ...times("P3", "append", "store, kept open", "pandas", 600),
    ...times("P4", "put", "store, default", "pandas", 7),
    ...times("P4", "put", "store, fast", "pandas", 14),
    ...ratio("P11", "scan: ns per row", (cpu("scan", "gaps") ?? Number.NaN) * 1e6, yearRows, {
      most: 14,
    }).filter(({ value }) => !Number.isNaN(value)),
  ]
}

export const printTimings = (group: string, timings: ReadonlyArray<Timing>): void => {
  console.log(`\n${group.padEnd(48)}  cpu ms   least    wall ms   (${timings[0]?.rounds} rounds, medians)`)
  for (const timing of timings)
    console.log(
      `  ${timing.name.padEnd(46)} ${shown(timing.cpuMillis)} ${shown(timing.cpuLeast)}  ${shown(timing.wallMillis)}`,
    )
}

export const printRatios = (ratios: ReadonlyArray<Ratio>): void => {
  console.log("")
  for (const { goal, what, value, least, most } of ratios) {
    const met = (least === undefined || value >= least) && (most === undefined || value <= most)
    const limit = least === undefined ? `<= ${most}` : `>= ${least}`
    console.log(
      `${goal.padEnd(4)} ${what.padEnd(66)} ${shown(value)}  ${limit.padEnd(8)} ${met ? "met" : "MISSED"}`,
    )
  }
}

const shown = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0).padStart(8)
