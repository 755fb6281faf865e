import type { EpochMillis } from "@barkeep/market-data"
import { type ScanState, startState } from "./scan-rows.ts"
import { type Density, emptyDensity } from "./thin-runs.ts"

/** What one partition leaves for the next one, so that years scanned one after another are judged as one. */
export interface Carry {
  readonly state: ScanState
  /** Absent bars that reach the end of what was scanned. */
  readonly openRun: OpenMissingRun | undefined
  readonly density: Density
}

export interface OpenMissingRun {
  readonly start: EpochMillis
  readonly lastMissing: EpochMillis
  readonly missingBars: number
}

export const startCarry: Carry = { state: startState, openRun: undefined, density: emptyDensity }
