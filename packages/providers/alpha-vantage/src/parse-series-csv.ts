import { excerpt, type VendorAnswer } from "@barkeep/provider-kit"
import * as Result from "effect/Result"
import Papa from "papaparse"
import { readRows, type Series, type SeriesRow } from "./series.ts"
import type { VendorSeries } from "./timeframes.ts"

const header = "timestamp,open,high,low,close,volume"
const useJson = "ask for datatype json, which shows whether it is whole"

/**
 * The series of a CSV answer, or why it is none. CSV that was cut off reads like shorter CSV, so it has to come
 * uncompressed, where HTTP itself notices the loss, and to end with a line end. The name of the download, where there
 * is one, has to fit the question.
 */
export const parseSeriesCsv = (
  { text, headers }: Pick<VendorAnswer, "text" | "headers">,
  { interval }: VendorSeries,
): Result.Result<Series, string> => {
  if (/^\s*\{/.test(text)) return Result.fail("JSON instead of CSV")
  const encoding = headers.get("content-encoding") ?? "identity"
  if (encoding !== "identity") return Result.fail(`CSV with ${encoding} compression: ${useJson}`)
  const { data: lines, errors } = Papa.parse<ReadonlyArray<string>>(text, {
    delimiter: ",",
    skipEmptyLines: false,
  })
  const [names, ...rows] = lines
  if (names?.join() !== header)
    return Result.fail(`the header is not ${header} but ${excerpt(names?.join() ?? "")}`)
  // After the last line end there is one empty line, and nowhere else.
  const last = rows.pop()
  if (last?.length !== 1 || last[0] !== "") return Result.fail(`the last line is cut short: ${useJson}`)
  const [problem] = errors
  if (problem !== undefined) return Result.fail(`line ${(problem.row ?? 0) + 1}: ${problem.message}`)
  const odd = rows.findIndex((row) => row.length !== 6)
  if (odd >= 0) return Result.fail(`row ${odd} has ${rows[odd]?.length} cells`)
  const download = /filename="?([^";]+)\.csv/i.exec(headers.get("content-disposition") ?? "")?.[1]
  const told = download === undefined ? undefined : /^[a-z]+_(?:(\d+min)_)?(.+)$/i.exec(download)
  if (told === null) return Result.fail(`a download of the name ${excerpt(download ?? "")}.csv`)
  return readRows(
    {
      ...(told?.[2] !== undefined && { symbol: told[2] }),
      ...(told !== undefined && interval !== undefined && { interval: told[1] ?? "none" }),
    },
    rows as ReadonlyArray<ReadonlyArray<string>> as ReadonlyArray<SeriesRow>,
  )
}
