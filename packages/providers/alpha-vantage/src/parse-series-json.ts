import * as Result from "effect/Result"
import { isObject, type JsonObject, textField } from "@barkeep/provider-kit"
import { readRows, type Series, type SeriesMeta, type SeriesRow } from "./series.ts"

const metaKey = "Meta Data"

/**
 * The series of a JSON answer, or why it is none: numbered keys under `Meta Data`, and one object of rows by their
 * local time. Any other shape is refused, with it the ones of retired functions.
 * @param rowsKey the key under which the rows of the asked series stand
 */
export const parseSeriesJson = (body: unknown, rowsKey: string): Result.Result<Series, string> => {
  if (!isObject(body)) return Result.fail("the answer is no object")
  const strange = Object.keys(body).find((key) => key !== metaKey && key !== rowsKey)
  if (strange !== undefined)
    return Result.fail(`the answer has ${JSON.stringify(strange)} instead of ${rowsKey}`)
  const meta = body[metaKey]
  const listed = body[rowsKey]
  if (!isObject(meta)) return Result.fail(`the answer has no ${metaKey}`)
  if (!isObject(listed)) return Result.fail(`the answer has no ${rowsKey}`)
  const rows: Array<SeriesRow> = []
  for (const [time, row] of Object.entries(listed)) {
    if (!isObject(row) || Object.keys(row).length !== cellKeys.length)
      return Result.fail(`row ${time} is no row of ${cellKeys.join(", ")}`)
    rows.push([time, ...cellKeys.map((key) => row[key])])
  }
  return readRows(readMeta(meta), rows)
}

const cellKeys = ["1. open", "2. high", "3. low", "4. close", "5. volume"]

/** The numbers before the names differ from function to function. */
const readMeta = (meta: JsonObject): SeriesMeta => {
  const find = (name: string): string | undefined => {
    const key = Object.keys(meta).find((each) => /^\d+\. (.*)$/.exec(each)?.[1] === name)
    return key === undefined ? undefined : textField(meta, key)
  }
  const symbol = find("Symbol")
  const interval = find("Interval")
  const outputSize = find("Output Size")
  const timeZone = find("Time Zone")
  return {
    ...(symbol !== undefined && { symbol }),
    ...(interval !== undefined && { interval }),
    ...(outputSize !== undefined && { outputSize }),
    ...(timeZone !== undefined && { timeZone }),
  }
}
