import { type Bars, barCount, type EpochMillis } from "@barkeep/market-data"
import { countPlainRows } from "./plain-rows.ts"
import { isNoise } from "./sound-row.ts"

/** A run of rows that is still going on after the last one. */
export interface OpenRun {
  /** Open times of its first and last row. */
  readonly start: EpochMillis
  readonly last: EpochMillis
  readonly rows: number
  /** Every bar of the run has one price, that of the close before it. */
  readonly flat: boolean
  /** Close of the last row. */
  readonly price: number
}

/** Rows in a run, the first and last of which have these numbers; -1 for rows of columns scanned before. */
export interface RowRun extends OpenRun {
  readonly firstRow: number
  readonly lastRow: number
}

/** Expected open times that are absent: `slots` of them from index `slot` on. */
export interface SlotRun {
  readonly slot: number
  readonly slots: number
}

/** What one scan leaves for the next, so that years can be scanned one after another as if they were one. */
export interface ScanState {
  /** Close of the last sound expected bar; NaN when there is none to compare with. */
  readonly previousClose: number
  readonly previousOpenTime: EpochMillis
  readonly stale: OpenRun | undefined
  readonly zeroVolume: OpenRun | undefined
}

export const startState: ScanState = {
  previousClose: Number.NaN,
  previousOpenTime: Number.NaN,
  stale: undefined,
  zeroVolume: undefined,
}

/** Rows by number, and counts; nothing is judged yet. */
export interface RowScan {
  /** Absent expected open times, ascending. The last one may touch the end, the first one the beginning. */
  readonly absent: ReadonlyArray<SlotRun>
  /** Rows at open times that nobody expects. */
  readonly extra: ReadonlyArray<number>
  /** Rows whose prices or volume cannot be. */
  readonly unsound: ReadonlyArray<number>
  /** Sound rows with a price beyond `largestRatio` of the close before; the close before of each. */
  readonly moves: ReadonlyArray<number>
  readonly closesBefore: ReadonlyArray<number>
  readonly openTimesBefore: ReadonlyArray<EpochMillis>
  /** Rows after so many absent bars that their prices are compared with nothing before. */
  readonly afterHoles: ReadonlyArray<number>
  readonly stale: ReadonlyArray<RowRun>
  readonly zeroVolume: ReadonlyArray<RowRun>
  /** Sound expected rows whose four prices are one. */
  readonly flatRows: number
  readonly zeroVolumeRows: number
  readonly missingVolumeRows: number
  readonly state: ScanState
}

/** After so many absent bars the next price is not compared with the last one. */
const longestReach = 30

// Pieces of one row are not worth a record: a defect that breaks a run into such costs more than they do.
const shortestStaleRun = 2

/**
 * Walks rows and expected open times side by side, once.
 * @param bars ascending, one row for each open time
 * @param expected ascending; no open time may lie before those of the scan that left `state`
 * @param largestRatio above 1; prices beyond it, up or down, are reported as moves
 * @param isLast runs that touch the end are reported instead of left open
 */
export const scanRows = (
  bars: Bars,
  expected: Float64Array,
  largestRatio: number,
  state: ScanState,
  isLast: boolean,
): RowScan => {
  const { openTime, open, high, low, close, volume } = bars
  const rows = barCount(bars)
  const slots = expected.length
  const up = largestRatio
  const down = 1 / largestRatio
  const absent: Array<SlotRun> = []
  const extra: Array<number> = []
  const unsound: Array<number> = []
  const moves: Array<number> = []
  const closesBefore: Array<number> = []
  const openTimesBefore: Array<EpochMillis> = []
  const afterHoles: Array<number> = []
  const stale: Array<RowRun> = []
  const zeroVolume: Array<RowRun> = []
  let { previousClose, previousOpenTime } = state
  let slot = 0
  let absentFrom = -1
  let flatRows = 0
  let zeroVolumeRows = 0
  let missingVolumeRows = 0
  let staleRows = state.stale?.rows ?? 0
  let staleStart = state.stale?.start ?? 0
  let staleEnd = state.stale?.last ?? 0
  let staleFirst = -1
  let staleLast = -1
  let zeroRows = state.zeroVolume?.rows ?? 0
  let zeroStart = state.zeroVolume?.start ?? 0
  let zeroEnd = state.zeroVolume?.last ?? 0
  let zeroFlat = state.zeroVolume?.flat ?? true
  let zeroFirst = -1
  let zeroLast = -1

  for (let row = 0; row < rows; row += 1) {
    if (absentFrom < 0 && staleRows === 0 && zeroRows === 0) {
      const plain = countPlainRows(bars, expected, row, slot, previousClose, up, down)
      if (plain > 0) {
        if (Number.isNaN(volume[row])) missingVolumeRows += plain
        row += plain
        slot += plain
        previousClose = close[row - 1] as number
        previousOpenTime = openTime[row - 1] as number
        if (row === rows) break
      }
    }
    const time = openTime[row] as number
    const volumeOfRow = volume[row] as number
    if (volumeOfRow === 0) zeroVolumeRows += 1
    else if (volumeOfRow !== volumeOfRow) missingVolumeRows += 1
    let isExtra = false
    if (time !== expected[slot]) {
      const first = slot
      while (slot < slots && (expected[slot] as number) < time) slot += 1
      if (slot > first && absentFrom < 0) absentFrom = first
      isExtra = slot >= slots || expected[slot] !== time
    }
    const highOfRow = high[row] as number
    const lowOfRow = low[row] as number
    const openOfRow = open[row] as number
    const closeOfRow = close[row] as number
    // One chain that NaN fails as well.
    const isSound =
      highOfRow >= openOfRow &&
      highOfRow >= closeOfRow &&
      lowOfRow <= openOfRow &&
      lowOfRow <= closeOfRow &&
      lowOfRow > 0 &&
      highOfRow < Number.POSITIVE_INFINITY &&
      !(volumeOfRow < 0 || volumeOfRow === Number.POSITIVE_INFINITY)
    if (isExtra) {
      extra.push(row)
      if (!isSound) unsound.push(row)
      continue
    }
    if (absentFrom >= 0) {
      absent.push({ slot: absentFrom, slots: slot - absentFrom })
      if (slot - absentFrom > longestReach) {
        previousClose = Number.NaN
        afterHoles.push(row)
      }
      absentFrom = -1
    }
    slot += 1
    if (!isSound) {
      unsound.push(row)
      // Float noise is judged later; a real defect neither breaks a run nor is compared with its neighbours.
      if (!isNoise(openOfRow, highOfRow, lowOfRow, closeOfRow, volumeOfRow)) continue
    }
    // Without a close before, a row's own open says how far its high and low may be.
    const reference = Number.isNaN(previousClose) ? openOfRow : previousClose
    if (highOfRow > reference * up || lowOfRow < reference * down) {
      moves.push(row)
      closesBefore.push(reference)
      openTimesBefore.push(previousOpenTime)
    }
    const isFlat = highOfRow === lowOfRow
    if (isFlat) flatRows += 1
    if (isFlat && staleRows > 0 && closeOfRow === previousClose) {
      staleRows += 1
      staleEnd = time
      staleLast = row
    } else {
      if (staleRows >= shortestStaleRun)
        stale.push(
          runOf(
            staleStart,
            staleEnd,
            staleRows,
            true,
            priceOf(state.stale, close, staleLast),
            staleFirst,
            staleLast,
          ),
        )
      staleRows = isFlat ? 1 : 0
      staleStart = time
      staleEnd = time
      staleFirst = row
      staleLast = row
    }
    if (volumeOfRow === 0) {
      if (zeroRows === 0) {
        zeroFirst = row
        zeroStart = time
        zeroFlat = true
      }
      zeroRows += 1
      zeroEnd = time
      zeroLast = row
      if (!isFlat || closeOfRow !== previousClose) zeroFlat = false
    } else if (zeroRows > 0) {
      zeroVolume.push(
        runOf(
          zeroStart,
          zeroEnd,
          zeroRows,
          zeroFlat,
          priceOf(state.zeroVolume, close, zeroLast),
          zeroFirst,
          zeroLast,
        ),
      )
      zeroRows = 0
    }
    previousClose = closeOfRow
    previousOpenTime = time
  }
  if (slot < slots && absentFrom < 0) absentFrom = slot
  if (absentFrom >= 0) absent.push({ slot: absentFrom, slots: slots - absentFrom })
  const stalePrice = priceOf(state.stale, close, staleLast)
  const openStale = runOf(staleStart, staleEnd, staleRows, true, stalePrice, staleFirst, staleLast)
  const zeroPrice = priceOf(state.zeroVolume, close, zeroLast)
  const openZeroVolume = runOf(zeroStart, zeroEnd, zeroRows, zeroFlat, zeroPrice, zeroFirst, zeroLast)
  if (isLast && staleRows >= shortestStaleRun) stale.push(openStale)
  if (isLast && zeroRows > 0) zeroVolume.push(openZeroVolume)
  return {
    absent,
    extra,
    unsound,
    moves,
    closesBefore,
    openTimesBefore,
    afterHoles,
    stale,
    zeroVolume,
    flatRows,
    zeroVolumeRows,
    missingVolumeRows,
    state: {
      previousClose,
      previousOpenTime,
      stale: !isLast && staleRows > 0 ? toOpenRun(openStale) : undefined,
      zeroVolume: !isLast && zeroRows > 0 ? toOpenRun(openZeroVolume) : undefined,
    },
  }
}

const runOf = (
  start: EpochMillis,
  last: EpochMillis,
  rows: number,
  flat: boolean,
  price: number,
  firstRow: number,
  lastRow: number,
): RowRun => ({ start, last, rows, flat, price, firstRow, lastRow })

/** Close of a run's last row, which may lie in columns scanned before. */
const priceOf = (carried: OpenRun | undefined, close: Float64Array, lastRow: number): number =>
  lastRow < 0 ? (carried?.price ?? Number.NaN) : (close[lastRow] as number)

const toOpenRun = ({ start, last, rows, flat, price }: RowRun): OpenRun => ({
  start,
  last,
  rows,
  flat,
  price,
})
