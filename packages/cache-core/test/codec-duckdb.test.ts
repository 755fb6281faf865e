import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DuckDBInstance } from "@duckdb/node-api"
import { barsFromRows, valueColumns } from "@barkeep/market-data"
import { afterAll, describe, expect, it } from "vitest"
import { encodeFile } from "../src/codec/index.ts"
import { fileBytes, plainBars, utcDates, utcTimes } from "./codec-arbitraries.ts"

const folder = mkdtempSync(join(tmpdir(), "barkeep-duckdb-"))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const query = async (sql: string): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect()
  const rows = (await connection.runAndReadAll(sql)).getRowObjectsJS()
  connection.closeSync()
  return rows
}

describe("DuckDB without any option", () => {
  it("reads the same values to the last bit, whatever their size", async () => {
    const values = [
      1e-8,
      1e-18,
      9.99e-19,
      5e-324,
      0.1 + 0.2,
      103.94381733682847,
      123_456_789.123_456_79,
      1e15,
      1e17,
      1e18,
      1e22,
      1.234_567_890_123_456_7e19,
      -2.5,
      0,
      Number.MAX_VALUE,
      435,
      2.5e-7,
    ]
    const bars = barsFromRows(
      values.map((value, row) => ({
        openTime: 1_704_067_200_000 + row * 60_000,
        open: value,
        high: value,
        low: row === 3 ? Number.NaN : value,
        close: 1,
        volume: value,
      })),
    )
    const path = join(folder, "extremes.csv.gz")
    writeFileSync(path, fileBytes(encodeFile(bars, utcTimes)))
    const rows = await query(`SELECT * FROM '${path}'`)
    expect(rows.map((row) => row["open"])).toEqual(values)
    expect(rows.map((row) => row["volume"])).toEqual(values)
    expect(rows[3]?.["low"]).toBeNull()
  })

  it("reads every block and the times as timestamps", async () => {
    const bars = plainBars(5000)
    const path = join(folder, "minutes.csv.gz")
    writeFileSync(path, fileBytes(encodeFile(bars, utcTimes, { blockRows: 300 })))
    const rows = await query(`SELECT *, epoch_ms(timestamp) AS millis FROM '${path}'`)
    expect(rows.map((row) => Number(row["millis"]))).toEqual(Array.from(bars.openTime))
    for (const name of valueColumns) expect(rows.map((row) => row[name])).toEqual(Array.from(bars[name]))
  })

  it("reads dates as dates", async () => {
    const path = join(folder, "days.csv.gz")
    writeFileSync(path, fileBytes(encodeFile(plainBars(40, 1_704_067_200_000, 86_400_000), utcDates)))
    expect(
      await query(`SELECT typeof(timestamp) AS type, count(*)::INT AS rows FROM '${path}' GROUP BY 1`),
    ).toEqual([{ type: "DATE", rows: 40 }])
  })
})
