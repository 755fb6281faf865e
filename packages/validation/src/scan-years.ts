import {
  type Anchor,
  barCount,
  barEnd,
  type Bars,
  type Coverage,
  emptyBars,
  type EpochMillis,
  type Instrument,
  nominalMillis,
  type ProvenanceSpan,
  type TimeRange,
} from "@barkeep/market-data"
import { type EntryFacts, toScanContext } from "./entry-facts.ts"
import { type ExpectedTimes, expectedTimes, inferAnchor } from "./expected-times.ts"
import { type Finding, finding } from "./finding.ts"
import type { MissingRun } from "./gap.ts"
import { noThinGaps } from "./gap.ts"
import { fileZone, monthBorders, yearOf, yearRange } from "./local-time.ts"
import { lastFetch, provenanceFindings, sourcesOf } from "./provenance-findings.ts"
import { type Carry, endOfBars, type PartitionScan, type ScanContext, scanPartition, startCarry } from "./scan-partition.ts"
import { emptyTally } from "./score.ts"
import type { EntryReport, YearReport } from "./store-report.ts"
import type { StoredEntry, StoredYear, ValidationSource } from "./validation-source.ts"
