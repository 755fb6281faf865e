import type {
  Bars,
  Coverage,
  EntryDescription,
  EpochMillis,
  Instrument,
  ProvenanceSpan,
} from "@barkeep/market-data"
import type { CorporateEvents } from "./corporate-events.ts"
import type { Listing } from "./entry-facts.ts"
import type { Finding } from "./finding.ts"
import type { ValidationSettings } from "./settings.ts"
import type { EntryReport } from "./store-report.ts"
import type { StoredEntry, ValidationSource } from "./validation-source.ts"

export interface EntryOptions extends ValidationSettings {
  /** The entry's report of an earlier validation with the same rules and settings; unchanged years are taken over. */
  readonly previous?: EntryReport
  readonly listing?: Listing
  readonly events?: CorporateEvents
  /** What the symbol is, where the source cannot tell because its metadata is damaged. */
  readonly instrument?: Instrument
  /** Nothing that ends later is expected. @default no limit */
  readonly now?: EpochMillis
  readonly signal?: AbortSignal
  /** Called with the rows of each year that is judged, in order, the first of each open time. */
  readonly onRows?: (year: number, bars: Bars) => void
  readonly onYear?: (year: { readonly year: number; readonly rows: number; readonly reused: boolean }) => void
}

/** An entry with the fingerprint of all that decides about it besides its years. */
export type KnownEntry = StoredEntry & { readonly fingerprint: string }

/** One entry to judge, with what is known of it besides its rows. */
export interface Job {
  readonly source: ValidationSource
  readonly entry: KnownEntry
  readonly options: EntryOptions
  readonly description: EntryDescription
  readonly coverage: Coverage
  /** `undefined` when they cannot be read for all years at once. */
  readonly spans: ReadonlyArray<ProvenanceSpan> | undefined
  readonly findings: ReadonlyArray<Finding>
}
