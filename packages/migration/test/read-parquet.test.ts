import { parquetWriteBuffer } from "hyparquet-writer"
import { describe, expect, it } from "vitest"
import { readParquet } from "../src/read-parquet.ts"
import { timeKinds } from "../src/source-text.ts"

const micros = (unit: "MILLIS" | "MICROS" | "NANOS", isAdjustedToUTC: boolean) => [
  { name: "root", num_children: 6 },
  {
    name: "timestamp",
    type: "INT64" as const,
    repetition_type: "REQUIRED" as const,
    logical_type: { type: "TIMESTAMP" as const, isAdjustedToUTC, unit },
  },
  ...["open", "high", "low", "close", "volume"].map((name) => ({
    name,
    type: "DOUBLE" as const,
    repetition_type: "OPTIONAL" as const,
  })),
]

const write = (
  unit: "MILLIS" | "MICROS" | "NANOS",
  isAdjustedToUTC: boolean,
  times: ReadonlyArray<bigint>,
): Uint8Array =>
  new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "timestamp", data: [...times] },
        { name: "open", data: times.map((_, row) => 1 + row) },
        { name: "high", data: times.map((_, row) => 3 + row) },
        { name: "low", data: times.map(() => 0.1) },
        { name: "close", data: times.map((_, row) => 2.5 + row) },
        { name: "volume", data: times.map((_, row) => (row === 1 ? null : 100)) },
      ],
      schema: micros(unit, isAdjustedToUTC),
    }),
  )

describe("the reader of Parquet files", () => {
  it.each([
    ["MILLIS", 1n],
    ["MICROS", 1000n],
    ["NANOS", 1_000_000n],
  ] as const)("reads timestamps in %s, values bit for bit, a null as missing", async (unit, factor) => {
    const times = [1_577_836_800_000n, 1_577_840_400_000n]
    const text = await readParquet(
      write(
        unit,
        false,
        times.map((time) => time * factor),
      ),
    )
    expect([...text.bars.openTime]).toEqual(times.map(Number))
    expect([...text.bars.low]).toEqual([0.1, 0.1])
    expect([...text.bars.volume]).toEqual([100, Number.NaN])
    expect([...text.kinds]).toEqual([timeKinds.wall, timeKinds.wall])
  })

  it("takes times stored in UTC for instants", async () => {
    const text = await readParquet(write("MICROS", true, [1_577_836_800_000_000n]))
    expect([...text.kinds]).toEqual([timeKinds.instant])
  })

  it.each([
    ["no Parquet", new TextEncoder().encode("PAR1placeholderPAR1")],
    ["an empty file", new Uint8Array(0)],
    [
      "no column of times",
      new Uint8Array(parquetWriteBuffer({ columnData: [{ name: "close", data: [1.5] }] })),
    ],
    ["a time finer than a millisecond", write("MICROS", false, [1_577_836_800_000_001n])],
  ])("refuses %s with a typed error", async (_what, bytes) => {
    await expect(readParquet(bytes)).rejects.toMatchObject({ _tag: "UnreadableParquet" })
  })
})
