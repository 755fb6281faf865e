import type { Answer } from "../vendor-site.ts"
import { csvAnswer, jsonAnswer } from "./answers.ts"
import type { SeriesTable } from "./series-table.ts"

/** A series as Alpha Vantage writes it. */
export const writeTable = (table: SeriesTable, datatype: "json" | "csv"): Answer =>
  datatype === "csv" ? csvTable(table) : jsonTable(table)

const csvTable = ({ fileName, columns, rows }: SeriesTable): Answer =>
  csvAnswer(fileName, [
    ["timestamp", ...columns.map((name) => name.replaceAll(" ", "_"))].join(),
    ...rows.map(({ time, cells }) => [time, ...cells.map((cell) => cell ?? "")].join()),
  ])

const jsonTable = ({ meta, rowsKey, columns, rows }: SeriesTable): Answer => {
  const names = columns.map((name, index) => `${index + 1}. ${name}`)
  return jsonAnswer({
    "Meta Data": Object.fromEntries(meta.map(([name, value], index) => [`${index + 1}. ${name}`, value])),
    [rowsKey]: Object.fromEntries(
      rows.map(({ time, cells }) => [
        time,
        Object.fromEntries(cells.map((cell, index) => [names[index], cell])),
      ]),
    ),
  })
}
