import { gzipSync } from "node:zlib"
import { barRows } from "@barkeep/market-data"
import { describe, expect, it } from "vitest"
import { DamagedBytes, type DecodedFile, readFileBytes } from "../src/codec/index.ts"
import { fileBytes, utcDates, utcTimes } from "./codec-arbitraries.ts"

const header = "timestamp,open,high,low,close,volume"
const day1 = "2017-01-01,973.37,1000.0,964.37,992.95,4421.50288283"
const day2 = "2017-01-02,992.96,1034.39,990.52,1012.05,7723.63575162"
const day3 = "2017-01-03,1011.52,1036.99,1006.71,1020.67,8615.26005814"
const text = (...lines: ReadonlyArray<string>): string => lines.map((line) => `${line}\n`).join("")
const dates = (content: string | Uint8Array): DecodedFile => readFileBytes(gzipSync(content), utcDates)
const times = (content: string | Uint8Array): DecodedFile => readFileBytes(gzipSync(content), utcTimes)
const clean = dates(text(header, day1, day2, day3))
const rows = (file: DecodedFile): ReadonlyArray<unknown> => [...barRows(file.bars)]

describe("files of others", () => {
  it("are read like our own when they have our form", () => {
    expect(clean).toMatchObject({
      canonical: true,
      notes: [],
      extraColumns: [],
      rowsInFile: 3,
      duplicates: 0,
      unsorted: false,
    })
    expect(rows(clean)[1]).toEqual({
      openTime: Date.UTC(2017, 0, 2),
      open: 992.96,
      high: 1034.39,
      low: 990.52,
      close: 1012.05,
      volume: 7723.63575162,
    })
  })

  it.each<[string, string | Uint8Array, string]>([
    ["CR LF line ends", text(header, day1, day2, day3).replaceAll("\n", "\r\n"), "lines end with CR LF"],
    [
      "CR CR LF line ends",
      text(header, day1, day2, day3).replaceAll("\n", "\r\r\n"),
      "lines end with CR CR LF",
    ],
    ["CR line ends", text(header, day1, day2, day3).replaceAll("\n", "\r"), "lines end with CR"],
    ["a byte order mark", `\uFEFF${text(header, day1, day2, day3)}`, "a byte order mark comes first"],
    ["UTF-16", Buffer.from(`\uFEFF${text(header, day1, day2, day3)}`, "utf16le"), "the text is UTF-16"],
    ["no last line end", text(header, day1, day2, day3).trimEnd(), "the last line has no line end"],
    ["blank lines", text(header, "", day1, day2, "", day3), "2 blank lines"],
    ["a repeated header", text(header, day1, header, day2, day3), "the header line is repeated 1 times"],
    [
      "a Date column and capitals",
      text("Date,Open,High,Low,Close,Volume", day1, day2, day3),
      "the open time's column is named Date",
    ],
    [
      "an index without a name",
      text(`,${header.slice(10)}`, day1, day2, day3),
      "the open time's column has no name",
    ],
    [
      "mixed dates and date-times",
      text(header, day1, day2.replace("02,", "02 00:00:00,"), day3),
      "dates and date-times are mixed",
    ],
    [
      "ISO times with a T",
      text(header, day1, day2, day3).replaceAll(/-(0\d),/g, "-$1T00:00,"),
      "open times are written with a time of day",
    ],
    [
      "fractions that are zero",
      text(header, day1, day2, day3).replaceAll(/-(0\d),/g, "-$1 00:00:00.000000,"),
      "open times are written with a time of day",
    ],
    [
      "an offset of zero",
      text(header, day1, day2, day3).replaceAll(/-(0\d),/g, "-$1 00:00:00+00:00,"),
      "times carry an offset or are epoch numbers",
    ],
    [
      "an offset of some hours",
      text(header, day1, day2, day3).replaceAll(/-(0\d),/g, "-$1T05:30:00+0530,"),
      "times carry an offset or are epoch numbers",
    ],
    [
      "epoch seconds",
      text(header, day1, day2, day3).replaceAll(/2017-01-0\d/g, (date) => String(Date.parse(date) / 1000)),
      "times carry an offset or are epoch numbers",
    ],
    [
      "epoch milliseconds",
      text(header, day1, day2, day3).replaceAll(/2017-01-0\d/g, (date) => String(Date.parse(date))),
      "times carry an offset or are epoch numbers",
    ],
    [
      "epoch microseconds",
      text(header, day1, day2, day3).replaceAll(/2017-01-0\d/g, (date) => `${Date.parse(date)}000`),
      "times carry an offset or are epoch numbers",
    ],
    [
      "epoch nanoseconds",
      text(header, day1, day2, day3).replaceAll(/2017-01-0\d/g, (date) => `${Date.parse(date)}000000`),
      "times carry an offset or are epoch numbers",
    ],
    ["quoted fields", text(header, day1, `"${day2.replaceAll(",", '","')}"`, day3), ""],
    ["spaces around fields", text(header, day1, day2.replaceAll(",", " , "), day3), ""],
    [
      "numbers with exponents and signs",
      text(header, day1.replace("1000.0", "+1E3"), day2, day3.replace("1011.52", "1.01152e+03")),
      "",
    ],
    ["rows out of order", text(header, day2, day3, day1), "rows were out of order and are sorted"],
    ["the newest row first", text(header, day3, day2, day1), "rows were out of order and are sorted"],
    [
      "rows that repeat others",
      text(header, day1, day1, day2, day3, day2),
      "2 rows repeat another exactly and are kept once",
    ],
    [
      "columns in another order",
      text(
        "volume,close,timestamp,open,low,high",
        ...[day1, day2, day3].map((line) => {
          const [time, open, high, low, close, volume] = line.split(",")
          return [volume, close, time, open, low, high].join(",")
        }),
      ),
      "columns are in another order: volume, close, timestamp, open, low, high",
    ],
  ])("are read right with %s, and the oddity is noted", (_name, content, note) => {
    const file = dates(content)
    expect(rows(file)).toEqual(rows(clean))
    expect(file.canonical).toBe(false)
    if (note !== "") expect(file.notes).toContain(note)
  })

  it("are read from several gzip members", () => {
    const bytes = Buffer.concat([
      gzipSync(text(header, day1).slice(0, 60)),
      gzipSync(text(header, day1, day2, day3).slice(60)),
    ])
    const file = readFileBytes(bytes, utcDates)
    expect(rows(file)).toEqual(rows(clean))
    expect(file.notes).toEqual(["2 gzip members"])
  })

  it("are read with every optional gzip header field", () => {
    const plain = gzipSync(text(header, day1, day2, day3))
    const fields = Buffer.from([4, 0, 1, 2, 3, 4, ...Buffer.from("2017.csv\0a comment\0")])
    const head = Buffer.from(plain.subarray(0, 10))
    head[3] = 4 | 8 | 16
    expect(rows(readFileBytes(Buffer.concat([head, fields, plain.subarray(10)]), utcDates))).toEqual(
      rows(clean),
    )
    head[3] = 32
    expect(() => readFileBytes(Buffer.concat([head, plain.subarray(10)]), utcDates)).toThrow(DamagedBytes)
  })

  it("are read when they are plain text under a .csv.gz name", () => {
    const file = readFileBytes(Buffer.from(text(header, day1, day2, day3)), utcDates)
    expect(rows(file)).toEqual(rows(clean))
    expect(file).toMatchObject({ canonical: false, notes: ["plain text, not compressed"] })
  })

  it("may have more columns, as the original's Binance files do", () => {
    const names =
      "close_time,quote_asset_volume,number_of_trades,taker_buy_base_asset_volume,taker_buy_quote_asset_volume,ignore"
    const more = "1483315199999,4355021.12000000,18300,2210.75144000,2177510.56000000,0"
    const file = dates(text(`${header},${names}`, ...[day1, day2, day3].map((line) => `${line},${more}`)))
    expect(rows(file)).toEqual(rows(clean))
    expect(file).toMatchObject({ canonical: false, extraColumns: names.split(",") })
  })

  it("may say when each row was downloaded", () => {
    const lines = [day1, day2, day3].map((line) => `${line},2026-11-22 08:05:40.542684+00:00`)
    const file = dates(text(`${header},provider_download_ts`, ...lines))
    expect(rows(file)).toEqual(rows(clean))
    expect(file.extraColumns).toEqual(["provider_download_ts"])
  })

  it.each(["", "nan", "NaN", "null", "None", "NA", "<NA>"])("have no value where they say %s", (missing) => {
    const file = dates(text(header, day1, `2017-01-02,992.96,1034.39,990.52,${missing},${missing}`, day3))
    expect([file.bars.close[1], file.bars.volume[1]]).toEqual([Number.NaN, Number.NaN])
  })

  it("have no volume when they have no such column", () => {
    const file = dates(text("timestamp,open,high,low,close", "2017-01-01,1,2,1,2"))
    expect(file.bars.volume[0]).toBeNaN()
    expect(file.notes).toContain("there is no volume column")
  })

  it("keep whole milliseconds of their times", () => {
    expect(times(text(header, "2017-01-01 15:59:59.123,1,2,1,2,3")).bars.openTime[0]).toBe(
      Date.UTC(2017, 0, 1, 15, 59, 59, 123),
    )
  })

  it("hold one midnight row of an hourly file as a date", () => {
    const file = times(text(header, day1))
    expect(file).toMatchObject({
      style: { dateOnly: true },
      notes: ["open times are written as dates"],
      canonical: false,
    })
    expect(file.bars.openTime[0]).toBe(Date.UTC(2017, 0, 1))
  })

  it("are read whole when they are large, lines inside quotes included", () => {
    const count = 60_000
    const lines = Array.from({ length: count }, (_, row) => {
      const time = new Date(Date.UTC(2017, 0, 1) + row * 60_000).toISOString().slice(0, 19)
      return `${time},${row},${row + 2},${row},${row + 1},${row % 97},"a ""note""\non two lines, no less"`
    })
    const file = times(text(`${header},note`, ...lines))
    expect(file.rowsInFile).toBe(count)
    expect(file.bars.open.every((value, row) => value === row)).toBe(true)
    lines[count - 1] = "oops"
    expect(() => times(text(`${header},note`, ...lines))).toThrow(
      expect.objectContaining({ line: 2 * count }),
    )
  })

  it("may have no rows", () => {
    expect(rows(dates(text(header)))).toEqual([])
    expect(rows(dates(text("Date,Open,High,Low,Close,Volume")))).toEqual([])
  })
})

describe("what cannot be read with certainty is refused", () => {
  it.each<[string, string, object]>([
    ["no text at all", "", { kind: "header", line: 1 }],
    ["no header", text(day1, day2), { kind: "header", line: 1 }],
    ["a header without a price", text("timestamp,open,high,low,volume", day1), { kind: "header", line: 1 }],
    ["two open times", text(`${header},date`, `${day1},2017-01-01`), { kind: "header", line: 1 }],
    ["two columns of one name", text(`${header},Open`, `${day1},1`), { kind: "header", line: 1 }],
    [
      "a volume of unclear unit",
      text("date,open,high,low,close,Volume BTC,Volume USD", `${day1},1`),
      { kind: "header", line: 1 },
    ],
    ["semicolons", text(header, day1).replaceAll(",", ";"), { kind: "header", line: 1 }],
    ["an unrelated table", text("ticker,name", "A,Agilent"), { kind: "header", line: 1 }],
    [
      "a word for a price",
      text(header, day1, day2.replace("1012.05", "abc")),
      { kind: "row", line: 3, column: "close" },
    ],
    [
      "an infinite price",
      text(header, day1.replace("1000.0", "inf")),
      { kind: "row", line: 2, column: "high" },
    ],
    [
      "a price with a decimal comma",
      text(header, day1.replace("973.37", '"973,37"')),
      { kind: "row", line: 2, column: "open" },
    ],
    [
      "a thousands separator",
      text(header, day1.replace("1000.0", '"1,000.0"')),
      { kind: "row", line: 2, column: "high" },
    ],
    ["too few fields", text(header, day1, "2017-01-02,992.96,1034.39"), { kind: "row", line: 3 }],
    ["too many fields", text(header, day1, `${day2},1,2`), { kind: "row", line: 3 }],
    ["a line cut inside", text(header, day1, day2).slice(0, -20), { kind: "row", line: 3 }],
    ["a quote inside a field", text(header, day1.replace("973", '9"73')), { kind: "row", line: 2 }],
    ["a quote that never ends", text(header, day1, `"${day2}`), { kind: "row", line: 3 }],
    [
      "an unreadable time",
      text(header, day1, "not-a-date,1,2,1,2,3"),
      { kind: "time", line: 3, column: "timestamp" },
    ],
    ["an empty time", text(header, day1, ",1,2,1,2,3"), { kind: "time", line: 3 }],
    ["a day that does not exist", text(header, "2017-02-29,1,2,1,2,3"), { kind: "time", line: 2 }],
    ["an hour that does not exist", text(header, "2017-02-28 24:00:00,1,2,1,2,3"), { kind: "time", line: 2 }],
    ["a leap second", text(header, "2016-12-31 23:59:60,1,2,1,2,3"), { kind: "time", line: 2 }],
    ["a date that may be of two orders", text(header, "01/02/2017,1,2,1,2,3"), { kind: "time", line: 2 }],
    [
      "a time finer than milliseconds",
      text(header, "2017-01-01 15:59:59.123456,1,2,1,2,3"),
      { kind: "time", line: 2 },
    ],
    ["an epoch number of unclear unit", text(header, "14832288000,1,2,1,2,3"), { kind: "time", line: 2 }],
    [
      "instants among wall-clock times",
      text(header, day1, "2017-01-02 00:00:00+00:00,1,2,1,2,3"),
      { kind: "time", line: 3 },
    ],
    [
      "one open time with two values",
      text(header, day1, day2, day2.replace("1012.05", "1012.06")),
      { kind: "duplicate", line: 4 },
    ],
    ["bytes that are no UTF-8", "", { kind: "encoding", line: 2 }],
  ])("%s", (name, content, expected) => {
    const bytes = name.includes("UTF-8")
      ? Buffer.concat([Buffer.from(`${header}\n2017-01-01,`), Uint8Array.of(0xff, 0x31, 10)])
      : content
    expect(() => dates(bytes)).toThrow(DamagedBytes)
    expect(() => dates(bytes)).toThrow(expect.objectContaining(expected))
  })

  it.each([
    [
      "plain text whose last line may be cut",
      Buffer.from(text(header, day1, day2).trimEnd()),
      { kind: "row", line: 3 },
    ],
    ["an empty file", Buffer.alloc(0), { kind: "size" }],
    ["a zip archive", Buffer.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 8, 0]), { kind: "gzip" }],
  ])("%s", (_name, bytes, expected) => {
    expect(() => readFileBytes(bytes, utcDates)).toThrow(expect.objectContaining(expected))
  })

  it("says the place in words as well", () => {
    expect(() => dates(text(header, day1, day2.replace("1012.05", "abc")))).toThrow(
      '"abc" is no number (line 3, column close)',
    )
  })

  it("counts lines inside quoted fields", () => {
    const content = text(`${header},comment`, `${day1},"two\nlines"`, `${day2.replace("992.96", "x")},ok`)
    expect(() => dates(content)).toThrow(expect.objectContaining({ line: 4, column: "open" }))
  })
})

describe("an index of files of others", () => {
  it("is not invented", async () => {
    const { rebuildIndex, encodeFile } = await import("../src/codec/index.ts")
    expect(rebuildIndex(gzipSync(text(header, day1, day2)), utcDates)).toBeUndefined()
    expect(rebuildIndex(Buffer.from(text(header, day1)), utcDates)).toBeUndefined()
    expect(rebuildIndex(new Uint8Array(0), utcDates)).toBeUndefined()
    expect(rebuildIndex(fileBytes(encodeFile(clean.bars, utcDates)), utcDates)).toHaveLength(1)
    expect(rebuildIndex(fileBytes(encodeFile(clean.bars, utcDates)), utcTimes)).toBeUndefined()
  })
})
