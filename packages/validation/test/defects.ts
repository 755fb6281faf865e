import { type Bar, barRows, type Bars, barsFromRows } from "@barkeep/market-data"
import type { FindingKind } from "../src/index.ts"

/** A way to spoil bars: a change at a row, which finding it must give, and how many rows it needs. */
export interface Defect {
  readonly name: string
  readonly finds: FindingKind | "gap"
  /** Rows that it spoils, from the given one on; `Infinity` for all that follow. */
  readonly span: number
  /** Runs may hold other defects; two of the same column must not overlap, or one would undo the other. */
  readonly column?: "price" | "volume"
  readonly spoil: (rows: Array<Bar>, row: number) => void
}

const change = (rows: Array<Bar>, row: number, values: Partial<Bar>): void => {
  rows[row] = { ...(rows[row] as Bar), ...values }
}

const scale = (bar: Bar, factor: number): Bar => ({
  ...bar,
  open: bar.open * factor,
  high: bar.high * factor,
  low: bar.low * factor,
  close: bar.close * factor,
})

const at = (rows: ReadonlyArray<Bar>, row: number): Bar => rows[row] as Bar

export const defects: ReadonlyArray<Defect> = [
  { name: "a bar is lost", finds: "gap", span: 1, spoil: (rows, row) => void rows.splice(row, 1) },
  { name: "40 bars are lost", finds: "gap", span: 40, spoil: (rows, row) => void rows.splice(row, 40) },
  {
    name: "a row comes twice",
    finds: "duplicate",
    span: 1,
    spoil: (rows, row) => void rows.push(at(rows, row)),
  },
  {
    name: "a row comes twice with other values",
    finds: "conflicting-duplicate",
    span: 1,
    spoil: (rows, row) => void rows.splice(row, 0, scale({ ...at(rows, row), volume: 3 }, 1.01)),
  },
  {
    name: "two rows change places",
    finds: "order",
    span: 2,
    spoil: (rows, row) => void rows.splice(row, 2, at(rows, row + 1), at(rows, row)),
  },
  {
    name: "a high below the low",
    finds: "inconsistent",
    span: 1,
    spoil: (rows, row) => change(rows, row, { high: at(rows, row).low * 0.99 }),
  },
  {
    name: "a price that is no number",
    finds: "not-finite",
    span: 1,
    spoil: (rows, row) => change(rows, row, { close: Number.NaN }),
  },
  {
    name: "an infinite volume",
    finds: "not-finite",
    span: 1,
    spoil: (rows, row) => change(rows, row, { volume: Number.POSITIVE_INFINITY }),
  },
  {
    name: "a price of zero",
    finds: "not-positive",
    span: 1,
    spoil: (rows, row) => change(rows, row, { low: 0 }),
  },
  {
    name: "a negative price",
    finds: "not-positive",
    span: 1,
    spoil: (rows, row) => change(rows, row, { low: -1 }),
  },
  {
    name: "a negative volume",
    finds: "negative-volume",
    span: 1,
    spoil: (rows, row) => change(rows, row, { volume: -1 }),
  },
  {
    name: "an open time beside the grid",
    finds: "off-grid",
    span: 1,
    spoil: (rows, row) => change(rows, row, { openTime: at(rows, row).openTime + 14_789 }),
  },
  {
    name: "a row of another year",
    finds: "wrong-year",
    span: 1,
    spoil: (rows, row) =>
      void rows.push({ ...at(rows, row), openTime: at(rows, row).openTime + 3000 * 86_400_000 }),
  },
  {
    name: "a price ten times too high",
    finds: "spike",
    span: 1,
    spoil: (rows, row) => void rows.splice(row, 1, scale(at(rows, row), 10)),
  },
  {
    name: "a low far below",
    finds: "wick",
    span: 1,
    spoil: (rows, row) => change(rows, row, { low: at(rows, row).low / 50 }),
  },
  {
    name: "a 4:1 split",
    finds: "split",
    span: 1,
    spoil: (rows, row) =>
      void rows.splice(row, rows.length - row, ...rows.slice(row).map((bar) => scale(bar, 0.25))),
  },
  {
    name: "prices that stand still",
    finds: "stale",
    span: 150,
    column: "price",
    spoil: (rows, row) => {
      const price = at(rows, row).open
      for (let index = row; index < row + 150; index += 1)
        change(rows, index, { open: price, high: price, low: price, close: price })
    },
  },
  {
    name: "an outage filled with flat bars",
    finds: "flat-filler",
    span: 150,
    spoil: (rows, row) => {
      const price = at(rows, row - 1).close
      for (let index = row; index < row + 150; index += 1)
        change(rows, index, { open: price, high: price, low: price, close: price, volume: 0 })
    },
  },
  {
    name: "bars without volume",
    finds: "zero-volume",
    span: 60,
    column: "volume",
    spoil: (rows, row) => {
      for (let index = row; index < row + 60; index += 1) change(rows, index, { volume: 0 })
    },
  },
]

export const spoil = (bars: Bars, defect: Defect, row: number): Bars => {
  const rows = [...barRows(bars)]
  defect.spoil(rows, row)
  return barsFromRows(rows)
}
