import type { Adjustment } from "@barkeep/market-data"
import type {
  EntryPlan,
  MigrationPlan,
  MigrationReport,
  RolledBack,
  SourcePlan,
  VerifiedMigration,
} from "@barkeep/migration"
import { formatCount, formatTable } from "./table.ts"

/** A plan for people: each entry, each file with something to say about it, what is left out, the sum. */
export const planText = (plan: MigrationPlan, options: { readonly includeMock: boolean }): string => {
  const parts: Array<string> = []
  if (plan.entries.length > 0) parts.push(entryTable(plan.entries))
  const remarks = plan.entries.flatMap((entry) =>
    entry.sources.flatMap((source) => remarksOf(source, entry, plan.adjustments[source.provider])),
  )
  if (remarks.length > 0) parts.push(remarkTable(remarks))
  const others = plan.others.filter(({ kind }) => kind === "not-understood" || kind === "leftover")
  const orphans = plan.others.filter(({ why }) => why === "metadata of data that is not there")
  const named = [
    ...plan.leftOut.map(({ path, provider }) => ({
      path,
      what: `rows of ${provider} were made up${options.includeMock ? "" : "; --include-mock takes them along"}`,
    })),
    ...others.map(({ path, why }) => ({ path, what: why })),
    ...orphans.map(({ path, why }) => ({ path, what: why })),
  ]
  if (named.length > 0)
    parts.push(
      formatTable(
        [
          { heading: "not taken over", cell: ({ path }) => path },
          { heading: "why", cell: ({ what }) => what },
        ],
        named,
      ),
    )
  const { source, kept, duplicates, conflicts, refused } = plan.fates
  parts.push(
    `${formatCount(source.rows)} rows = ${formatCount(kept.rows)} kept + ${formatCount(duplicates.rows)} duplicates + ` +
      `${formatCount(conflicts.rows)} conflicts + ${formatCount(refused.rows)} refused\n`,
  )
  return parts.join("\n")
}

const entryTable = (entries: ReadonlyArray<EntryPlan>): string =>
  formatTable(
    [
      { heading: "symbol", cell: ({ symbol }) => symbol },
      { heading: "timeframe", cell: ({ timeframe }) => timeframe },
      {
        heading: "from",
        cell: ({ sources }) => [...new Set(sources.map(({ provider }) => provider))].join(", "),
      },
      { heading: "times", cell: (entry) => zonesOf(entry) },
      { heading: "prices", cell: ({ adjustment }) => adjustment },
      { heading: "rows", align: "right", cell: ({ fates }) => formatCount(fates.source.rows) },
      { heading: "kept", align: "right", cell: ({ fates }) => formatCount(fates.kept.rows) },
      { heading: "duplicates", align: "right", cell: ({ fates }) => formatCount(fates.duplicates.rows) },
      { heading: "conflicts", align: "right", cell: ({ fates }) => formatCount(fates.conflicts.rows) },
      { heading: "refused", align: "right", cell: ({ fates }) => formatCount(fates.refused.rows) },
    ],
    entries,
  )

const zonesOf = ({ sources }: EntryPlan): string =>
  [
    ...new Set(
      sources.flatMap(({ timeZone, timeAssumed }) =>
        timeZone === "" ? [] : [`${timeZone}${timeAssumed ? " (assumed)" : ""}`],
      ),
    ),
  ].join(", ")

interface Remark {
  readonly path: string
  readonly what: string
}

const mostReasons = 3

const remarksOf = (
  source: SourcePlan,
  entry: EntryPlan,
  stated: Adjustment | undefined,
): ReadonlyArray<Remark> => {
  const { path, unreadable, excluded, fates, refusals, extraColumns, timeAssumed, timeEvidence } = source
  const shown = refusals.slice(0, mostReasons)
  const what = [
    ...(unreadable === undefined ? [] : [`cannot be read: ${unreadable}`]),
    ...(fates.conflicts.rows > 0
      ? [
          `${countRows(fates.conflicts.rows)} with other values than those that are kept${excluded === undefined ? "" : ` (${excluded})`}`,
        ]
      : []),
    ...shown.map(({ why, rows }) => `${countRows(rows)} refused: ${why}`),
    ...(refusals.length > mostReasons
      ? [`${refusals.length - mostReasons} more reasons are in the certificate`]
      : []),
    ...(timeAssumed ? [`time zone assumed: ${timeEvidence}`] : []),
    ...(stated !== undefined && stated !== entry.adjustment && excluded === undefined && hasActions(entry)
      ? [`prices count as "${entry.adjustment}", not as "${stated}" as stated: ${entry.adjustmentEvidence}`]
      : []),
    ...(extraColumns.length > 0
      ? [`columns that a cache of bars does not hold: ${extraColumns.join(", ")}`]
      : []),
  ]
  return what.length === 0 ? [] : [{ path, what: what.join("; ") }]
}

/** Corporate actions are a matter of shares. */
const hasActions = ({ instrument: { assetClass } }: EntryPlan): boolean =>
  assetClass !== "crypto" && assetClass !== "fx"

const countRows = (count: number): string => `${formatCount(count)} ${count === 1 ? "row" : "rows"}`

const remarkTable = (remarks: ReadonlyArray<Remark>): string =>
  formatTable(
    [
      { heading: "file", cell: ({ path }) => path },
      { heading: "remark", cell: ({ what }) => what },
    ],
    remarks,
  )

/** How a migration ended, and how to go on. */
export const reportLines = (report: MigrationReport): ReadonlyArray<string> => {
  const { status, id, plan, failed, certificate, movedTo } = report
  switch (status) {
    case "nothing-to-do":
      return [
        id === undefined
          ? `Nothing to migrate in ${plan.oldCache}`
          : `Nothing to do: migration ${id} has taken over all of it`,
      ]
    case "declined":
      return ["Nothing was migrated"]
    case "partial":
      return [
        `${formatCount(failed.length)} of ${formatCount(plan.entries.length)} entries failed; the same command tries them again, barkeep migrate --rollback ${id} takes the others back`,
      ]
    case "migrated":
      return [
        `Migrated to ${plan.newCache}; certificate: ${certificate}`,
        ...(movedTo === undefined ? [] : [`The old cache is ${movedTo} now`]),
        `barkeep migrate --verify ${id} checks it, barkeep migrate --rollback ${id} takes it back`,
      ]
  }
}

export const verifyLines = ({
  id,
  entries,
  rows,
  sourcesUnchanged,
  problems,
}: VerifiedMigration): ReadonlyArray<string> => [
  ...problems.map(({ subject, what }) => `${subject}: ${what}`),
  problems.length === 0
    ? `Migration ${id} is as certified: ${formatCount(entries)} entries, ${formatCount(rows)} rows read back; ${formatCount(sourcesUnchanged)} files of the old cache are unchanged`
    : `Migration ${id} is not as certified: ${formatCount(problems.length)} problems`,
]

export const rollbackLines = ({ id, entries, left }: RolledBack): ReadonlyArray<string> => [
  ...left.map(({ symbol, timeframe, why }) => `${symbol} ${timeframe} stays: ${why}`),
  `Migration ${id}: ${formatCount(entries)} entries rolled back`,
]
