import type { Timeframe, TimeRange } from "@barkeep/market-data"
import type { ProviderError } from "@barkeep/provider-kit"
import type { GapResult } from "./outcome.ts"

/** What happens while gaps are filled. */
export type FillEvent =
  | {
      readonly _tag: "EntryStarted"
      readonly symbol: string
      readonly timeframe: Timeframe
      readonly gaps: number
    }
  /** A call was answered, and will not be made again for a while. */
  | {
      readonly _tag: "Answered"
      readonly symbol: string
      readonly timeframe: Timeframe
      readonly donor: string
      readonly range: TimeRange
      readonly rows: number
    }
  | { readonly _tag: "DonorFailed"; readonly donor: string; readonly error: ProviderError }
  | {
      readonly _tag: "Committed"
      readonly symbol: string
      readonly timeframe: Timeframe
      readonly fillId: string
      readonly rows: number
    }
  | {
      readonly _tag: "EntryFinished"
      readonly symbol: string
      readonly timeframe: Timeframe
      readonly results: ReadonlyArray<GapResult>
    }
