import { isoTime } from "@barkeep/market-data"
import type { QuarantineCase } from "./cache-files.ts"
import {
  type CleanupReport,
  countKinds,
  type Expiry,
  type JudgedFile,
  openFiles,
  type Outcome,
  type Salvage,
} from "./report.ts"
import type { VerdictKind } from "./verdict.ts"

/** A report as JSON; times are ISO 8601 instants. */
export interface ReportDocument {
  readonly schema_version: 1
  readonly folder: string
  /** True when files were moved. */
  readonly cleaned: boolean
  readonly checked: CleanupReport["checked"]
  readonly counts: { readonly [kind in VerdictKind]?: number }
  /** Files that still want something done. */
  readonly open: number
  /** Worst first. */
  readonly files: ReadonlyArray<FileDocument>
  /** Ids of cases that an earlier run had left half moved. */
  readonly finished: ReadonlyArray<string>
  readonly salvaged: ReadonlyArray<SalvageDocument>
  readonly expired: ReadonlyArray<ExpiryDocument>
}

export interface FileDocument {
  readonly verdict: VerdictKind
  readonly path: string
  readonly symbol?: string
  readonly timeframe?: string
  readonly year?: number
  readonly what: string
  readonly advice: string
  /** `kept planned set-aside rebuilt tidied busy changed outside failed` */
  readonly outcome: string
  /** Why it was not done. */
  readonly detail?: string
  /** Ids in the quarantine. */
  readonly cases: ReadonlyArray<string>
  /** What of the rows can still be read. */
  readonly readable?: NonNullable<CaseDocument["readable"]>
}

export interface SalvageDocument {
  readonly case: string
  readonly outcome: "planned" | "salvaged" | "refused"
  readonly rows: number
  readonly rows_added?: number
  readonly rows_differing?: number
  readonly detail?: string
}

export interface ExpiryDocument {
  readonly case: string
  readonly set_aside_at: string
  readonly outcome: "planned" | "deleted" | "only-copy" | "failed"
  readonly readable_rows: number
  /** Readable rows that the cache does not have with the same values. */
  readonly missing_rows: number
  readonly only_copy: boolean
  readonly detail?: string
}

/** One case of the quarantine as JSON. */
export interface CaseDocument {
  readonly id: string
  readonly symbol: string
  readonly timeframe: string
  readonly year?: number
  readonly why: string
  readonly at: string
  readonly copied: boolean
  readonly salvaged_at?: string
  readonly readable?: {
    readonly rows: number
    readonly claimed_rows?: number
    readonly covered_by_checksum: boolean
    readonly first?: string
    readonly last?: string
    readonly left_out: ReadonlyArray<string>
    readonly rows_of_other_years: number
  }
  readonly files: ReadonlyArray<{
    readonly name: string
    readonly from: string
    readonly size_bytes: number
    readonly sha256: string
  }>
}

/** Pure. */
export const toReportDocument = (
  report: CleanupReport,
  salvages: ReadonlyArray<Salvage> = [],
  expiries: ReadonlyArray<Expiry> = [],
): ReportDocument => ({
  schema_version: 1,
  folder: report.folder,
  cleaned: report.cleaned,
  checked: report.checked,
  counts: countKinds(report.files),
  open: openFiles(report).length,
  files: report.files.map(toFile),
  finished: report.finished.map(({ id }) => id),
  salvaged: salvages.map(toSalvage),
  expired: expiries.map(toExpiry),
})

/** Pure. */
export const toCaseDocument = (found: QuarantineCase): CaseDocument => ({
  id: found.id,
  symbol: found.symbol,
  timeframe: found.timeframe,
  ...(found.year === undefined ? {} : { year: found.year }),
  why: found.why,
  at: isoTime(found.at),
  copied: found.copied === true,
  ...(found.salvagedAt === undefined ? {} : { salvaged_at: isoTime(found.salvagedAt) }),
  ...readableOf(found),
  files: found.files.map(({ name, from, sizeBytes, sha256 }) => ({
    name,
    from,
    size_bytes: sizeBytes,
    sha256,
  })),
})

const readableOf = ({ readable }: QuarantineCase): Pick<CaseDocument, "readable"> =>
  readable === undefined
    ? {}
    : {
        readable: {
          rows: readable.rows,
          ...(readable.claimedRows === undefined ? {} : { claimed_rows: readable.claimedRows }),
          covered_by_checksum: readable.proven,
          ...(readable.firstOpenTime === undefined ? {} : { first: isoTime(readable.firstOpenTime) }),
          ...(readable.lastOpenTime === undefined ? {} : { last: isoTime(readable.lastOpenTime) }),
          left_out: readable.leftOut,
          rows_of_other_years: readable.otherYears,
        },
      }

const toFile = ({ kind, path, symbol, timeframe, year, what, advice, outcome }: JudgedFile): FileDocument => {
  const detail = detailOf(outcome)
  return {
    verdict: kind,
    path,
    ...(symbol === undefined ? {} : { symbol }),
    ...(timeframe === undefined ? {} : { timeframe }),
    ...(year === undefined ? {} : { year }),
    what,
    advice,
    outcome: outcomeNames[outcome._tag],
    ...(detail === undefined ? {} : { detail }),
    cases: casesOf(outcome).map(({ id }) => id),
    ...(outcome._tag === "SetAside" ? readableOf(outcome.case) : {}),
  }
}

const outcomeNames: { readonly [tag in Outcome["_tag"]]: string } = {
  Kept: "kept",
  Planned: "planned",
  SetAside: "set-aside",
  Rebuilt: "rebuilt",
  Tidied: "tidied",
  Busy: "busy",
  Changed: "changed",
  Outside: "outside",
  Failed: "failed",
}

const detailOf = (outcome: Outcome): string | undefined =>
  outcome._tag === "Busy" || outcome._tag === "Outside"
    ? outcome.what
    : outcome._tag === "Failed"
      ? outcome.error
      : undefined

/** The cases that an outcome made. */
export const casesOf = (outcome: Outcome): ReadonlyArray<QuarantineCase> =>
  outcome._tag === "SetAside" || outcome._tag === "Rebuilt"
    ? [outcome.case]
    : outcome._tag === "Tidied"
      ? outcome.cases
      : []

const toSalvage = (salvage: Salvage): SalvageDocument => {
  switch (salvage._tag) {
    case "Planned":
      return { case: salvage.id, outcome: "planned", rows: salvage.rows }
    case "Salvaged":
      return {
        case: salvage.id,
        outcome: "salvaged",
        rows: salvage.rows,
        rows_added: salvage.rowsAdded,
        rows_differing: salvage.rowsDiffering,
      }
    case "Refused":
      return { case: salvage.id, outcome: "refused", rows: salvage.rows, detail: salvage.error }
  }
}

const expiryNames = {
  Planned: "planned",
  Deleted: "deleted",
  OnlyCopy: "only-copy",
  Failed: "failed",
} as const

const toExpiry = ({ case: found, presence, outcome }: Expiry): ExpiryDocument => ({
  case: found.id,
  set_aside_at: isoTime(found.at),
  outcome: expiryNames[outcome._tag],
  readable_rows: presence.readableRows,
  missing_rows: presence.missingRows,
  only_copy: presence.isOnlyCopy,
  ...(outcome._tag === "Failed" ? { detail: outcome.error } : {}),
})
