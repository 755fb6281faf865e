import {
  type EpochMillis,
  instantsOfLocal,
  isIntraday,
  type Timeframe,
  zoneOffsets,
} from "@barkeep/market-data"
import type { Halt } from "../market/halts.ts"
import type { Listing } from "../market/listing.ts"
import { parseTimeText } from "../market/parse-time-text.ts"
import { type LoadedRecording, readRecording, type Recording } from "../market/read-recording.ts"
import type { RecordedTimes } from "../market/recorded-bars.ts"
import { listingBySpelling, type SessionListing } from "./session-listing.ts"
import { type TradingDays, tradingDays } from "./trading-days.ts"

/** Recordings by what they are of. */
export interface Recordings {
  readonly ofPairs: ReadonlyArray<LoadedRecording>
  readonly ofSessions: ReadonlyArray<LoadedRecording & { readonly market?: string }>
  /** In the order given. */
  readonly all: ReadonlyArray<LoadedRecording>
}

/**
 * Reads recordings. One is of a symbol that trades in sessions when that is listed, spelled as only Yahoo does (`^N225`,
 * `7203.T`, `EURUSD=X`), or comes with its market; else of a pair. Times of sessions are read in the exchange's zone.
 * @throws {InvalidInput | UnusableRecording} as `readRecording` does
 */
export const readRecordings = async (
  recordings: ReadonlyArray<Recording>,
  sessionListings: ReadonlyArray<SessionListing>,
  pairs: ReadonlyArray<Listing>,
): Promise<Recordings> => {
  const loaded = await Promise.all(
    recordings.map(async (recording) => {
      const isPair = recording.market === undefined && pairs.some(({ symbol }) => symbol === recording.symbol)
      const listing = isPair ? undefined : findListing(recording.symbol, sessionListings, recording.market)
      if (listing === undefined) return { isSession: false, recording: await readRecording(recording) }
      const days = tradingDays(listing.kind, listing.market)
      const read = await readRecording(recording, sessionTimes(days, recording.timeframe))
      const { market } = recording
      return { isSession: true, recording: { ...read, ...(market !== undefined && { market }) } }
    }),
  )
  const those = (isSession: boolean) =>
    loaded.filter((one) => one.isSession === isSession).map(({ recording }) => recording)
  return { ofPairs: those(false), ofSessions: those(true), all: loaded.map(({ recording }) => recording) }
}

/** Halts of pairs (with those of all pairs), and of symbols that trade in sessions. */
export const sortHalts = (
  halts: ReadonlyArray<Halt>,
  listings: ReadonlyArray<SessionListing>,
  { ofSessions }: Recordings,
): { readonly pairHalts: ReadonlyArray<Halt>; readonly sessionHalts: ReadonlyArray<Halt> } => {
  const isSession = ({ symbol }: Halt): boolean =>
    [...listings, ...ofSessions].some((listed) => listed.symbol === symbol)
  return { pairHalts: halts.filter((halt) => !isSession(halt)), sessionHalts: halts.filter(isSession) }
}

const findListing = (
  symbol: string,
  listings: ReadonlyArray<SessionListing>,
  market: string | undefined,
): SessionListing | undefined =>
  listings.find((listing) => listing.symbol === symbol) ?? listingBySpelling(symbol, market)

const minute = 60_000
const hasZone = /\d\s?(Z|UTC|[+-]\d\d:?\d\d)$|^\d+(\.\d*)?$/

/**
 * Times of a symbol that trades in sessions: text without a zone is what the exchange's clocks showed, a day opens at the
 * midnight of its date.
 */
const sessionTimes = (days: TradingDays, timeframe: Timeframe): RecordedTimes => {
  const zone = zoneOffsets(days.timeZone, { from: -2_208_988_800_000, to: 2_587_593_600_000 })
  const instantOf = (text: string): EpochMillis | undefined => {
    const time = parseTimeText(text)
    if (time === undefined || (hasZone.test(text) && !/^\d{4}-\d\d-\d\d$/.test(text))) return time
    return instantsOfLocal(zone, time)[0]
  }
  if (isIntraday(timeframe)) return { parse: instantOf, isOpenTime: (time) => time % minute === 0 }
  return {
    parse: (text) => {
      const time = instantOf(text)
      return time === undefined ? undefined : days.midnightOf(days.dateOf(time))
    },
    isOpenTime: () => true,
  }
}
