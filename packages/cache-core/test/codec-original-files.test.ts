import { existsSync, readdirSync, readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import { barCount, equalBars } from "@barkeep/market-data"
import Papa from "papaparse"
import { describe, expect, it } from "vitest"
import { DamagedBytes, encodeFile, readFileBytes, type TextStyle } from "../src/codec/index.ts"
import { fileBytes } from "./codec-arbitraries.ts"

const sharedData = process.env["BARKEEP_SHARED_DATA"]
const root =
  sharedData === undefined
    ? new URL("../../../../shared/data/original/", import.meta.url)
    : new URL(`file://${sharedData}/original/`)
const present = existsSync(root)
const missing = present ? "" : " (skipped: the original's files are not there)"
const bytesOf = (path: string): Uint8Array => readFileSync(new URL(path, root))

/** What the codec says of a file: rows and notes, or the kind of damage and its place. */
const verdict = (path: string, style: TextStyle): string => {
  try {
    const file = readFileBytes(bytesOf(path), style)
    const notes = [
      ...file.notes,
      ...(file.extraColumns.length > 0 ? [`${file.extraColumns.length} more columns`] : []),
    ]
    return `${barCount(file.bars)} rows${notes.length > 0 ? `: ${notes.join("; ")}` : ""}`
  } catch (error) {
    if (!(error instanceof DamagedBytes)) throw error
    return `refused, ${error.kind}: ${error.message}`
  }
}

const corrupt: ReadonlyArray<readonly [string, string]> = [
  ["C00_VALID", "40 rows"],
  ["C01_TRUNC_GZIP", "refused, gzip: the file ends before its gzip data does (byte 588)"],
  ["C02_EMPTY_FILE", "refused, size: the file is empty"],
  ["C03_PLAIN_TEXT", "40 rows: plain text, not compressed"],
  ["C04_WRONG_HEADER", "40 rows: the open time's column is named Date; column names are capitalized"],
  [
    "C05_NO_HEADER",
    "refused, header: the first line is a row, not a header: which column is which cannot be told (line 1)",
  ],
  ["C06_HEADER_ONLY", "0 rows"],
  ["C07_NONNUMERIC_PRICE", 'refused, row: "abc" is no number (line 12, column close)'],
  ["C08_HIGH_BELOW_LOW", "40 rows"],
  [
    "C09_DUPLICATE_ROWS",
    "40 rows: rows were out of order and are sorted; 3 rows repeat another exactly and are kept once",
  ],
  [
    "C10_CONFLICTING_DUP",
    "refused, duplicate: lines 11 and 12 have one open time and different values (line 12)",
  ],
  ["C11_UNSORTED", "40 rows: rows were out of order and are sorted"],
  ["C12_MISSING_VALUE", "40 rows"],
  ["C13_NEGATIVE_PRICE", "40 rows"],
  ["C14_ZERO_PRICES", "40 rows"],
  ["C15_ALL_ZERO_VOLUME", "40 rows"],
  ["C16_NEGATIVE_VOLUME", "40 rows"],
  ["C17_REAL_SPLIT_AAPL", "253 rows"],
  ["C18_NINE_ROWS", "9 rows"],
  ["C19_MICRO_PRICE", "40 rows"],
  ["C20_HUGE_PRICE", "40 rows"],
  [
    "C21_TZ_AWARE",
    "40 rows: times carry an offset or are epoch numbers; open times are written with a time of day",
  ],
  ["C22_CRLF", "40 rows: lines end with CR LF"],
  ["C23_CRCRLF", "40 rows: lines end with CR CR LF"],
  ["C24_UNNAMED_INDEX", "40 rows: the open time's column has no name"],
  ["C25_TRAILING_GARBAGE", "refused, gzip: 25 bytes after the end of the gzip data (byte 980)"],
  ["C26_TWO_MEMBERS", "40 rows: 2 gzip members"],
  ["C27_BOM", "40 rows: a byte order mark comes first"],
  ["C28_WRONG_YEAR", "40 rows"],
  ["C29_MIXED_TS_TEXT", "40 rows: dates and date-times are mixed; open times are written with a time of day"],
  [
    "C30_BAD_TIMESTAMP",
    'refused, time: "not-a-date" is no time in the form YYYY-MM-DD HH:MM:SS (line 13, column timestamp)',
  ],
  [
    "C31_EPOCH_MS",
    "40 rows: times carry an offset or are epoch numbers; open times are written with a time of day",
  ],
  ["C32_FLIPPED_BYTE", "refused, checksum: the CRC of the text is not the one stored (byte 0)"],
  ["C33_BAD_CRC", "refused, checksum: the CRC of the text is not the one stored (byte 0)"],
  ["C34_CUT_LAST_LINE", "refused, row: 4 fields instead of 6 (line 41)"],
  ["C35_TOO_MANY_FIELDS", "refused, row: 8 fields instead of 6 (line 10)"],
  ["C36_TOO_FEW_FIELDS", "refused, row: 3 fields instead of 6 (line 10)"],
  ["C37_INF", "refused, row: the value is infinite (line 10, column high)"],
  ["C38_STOCK_2_WEEK_HOLE", "242 rows"],
  ["C39_CRYPTO_78H_HOLE", "402 rows"],
  ["C40_NO_METADATA", "40 rows"],
  ["C41_BAD_METADATA", "40 rows"],
  [
    "C42_STRAY_CSV",
    "refused, header: no column is named timestamp or date, the names are: ticker, name (line 1)",
  ],
]

/** The data file in a case's folder and how its entry writes times. */
const caseFile = (folderName: string): { readonly path: string; readonly style: TextStyle } => {
  const folder = new URL(`e-corrupt/${folderName}/`, root)
  const file = readdirSync(folder, { recursive: true, encoding: "utf8" }).find((name) =>
    /\.csv(\.gz)?$/.test(name),
  ) as string
  const session = folderName.includes("AAPL") || folderName.includes("STOCK")
  return {
    path: `e-corrupt/${folderName}/${file}`,
    style: { dateOnly: !file.startsWith("1h"), timeZone: session ? "America/New_York" : "UTC" },
  }
}

describe(`the original's damaged and odd files${missing}`, () => {
  it.skipIf(!present)("are all in the table", () => {
    expect(readdirSync(new URL("e-corrupt/", root)).toSorted()).toEqual(corrupt.map(([name]) => name))
  })

  it.skipIf(!present).each(corrupt)("%s: %s", (name, expected) => {
    const { path, style } = caseFile(name)
    expect(verdict(path, style)).toBe(expected)
  })

  it.skipIf(!present).each([
    ["date-only-last-row-after-chunk-boundary", false, "20001 rows: dates and date-times are mixed"],
    ["float-text", false, "refused, row: the value is infinite (line 3, column high)"],
    ["index-named-Date", true, "31 rows: the open time's column is named Date"],
    [
      "microseconds",
      false,
      "refused, time: 2017-01-01 15:59:59.123456 has a fraction finer than a millisecond (line 2, column timestamp)",
    ],
    ["one-midnight-row-of-an-hourly-file", false, "1 rows: open times are written as dates"],
    ["tz-aware-index", false, "72 rows: times carry an offset or are epoch numbers"],
  ])("%s (dates %s): %s", (name, dateOnly, expected) => {
    expect(verdict(`i-text-edge-cases/${name}.csv.gz`, { dateOnly, timeZone: "UTC" })).toBe(expected)
  })
})

describe(`the original's caches${missing}`, () => {
  const folders = [
    "a-unified-flat",
    "a-unified-ohlcv",
    "c-old-layout-year-dirs",
    "c-old-layout-year-files",
    "d-migrated-by-original",
  ]
  const files = !present
    ? []
    : folders.flatMap((folder) =>
        readdirSync(new URL(`${folder}/`, root), { recursive: true, encoding: "utf8" })
          .filter((file) => /\.csv(\.gz)?$/.test(file))
          .map((file) => `${folder}/${file}`),
      )

  it.skipIf(!present)("has files to read", () => {
    expect(files.length).toBeGreaterThan(25)
  })

  it.skipIf(!present)(
    "are read value by value as papaparse splits them, and rewritten without a change",
    () => {
      for (const path of files) {
        const bytes = bytesOf(path)
        const style = { dateOnly: /\/1[dw]\//.test(path) && !path.includes("mock"), timeZone: "UTC" }
        const { bars, style: written } = readFileBytes(bytes, style)
        const text = (bytes[0] === 0x1f ? gunzipSync(bytes) : Buffer.from(bytes)).toString("utf8")
        const table = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true }).data
        expect(barCount(bars)).toBe(table.length)
        for (const [row, cells] of table.entries()) {
          const time = cells["timestamp"] as string
          expect(bars.openTime[row]).toBe(
            Date.parse(time.length === 10 ? time : `${time.replace(" ", "T")}Z`),
          )
          for (const name of ["open", "high", "low", "close", "volume"] as const)
            expect(bars[name][row]).toBe(cells[name] === "" ? Number.NaN : Number(cells[name]))
        }
        expect(equalBars(readFileBytes(fileBytes(encodeFile(bars, written)), written).bars, bars)).toBe(true)
      }
    },
  )
})
