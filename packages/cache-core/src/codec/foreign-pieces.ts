import Papa from "papaparse"
import { DamagedBytes } from "./damaged-bytes.ts"
import { checkTextShape, textPieces } from "./text-shape.ts"
import { checkUtf8 } from "./text-lines.ts"

/** papaparse splits what it is given at once: pieces bound its memory. */
const pieceLength = 2_097_152

/** Takes the cells of one line, and its number from 1. */
export type ReadCells = (cells: ReadonlyArray<string>, line: number) => void

/**
 * Splits a text that is not in our own form into the cells of its lines, in order, through papaparse.
 * @param readEmpty takes an empty piece, in which papaparse finds no line at all
 * @throws {DamagedBytes} for a text or a line that cannot be split with certainty
 */
export const splitForeignText = (
  text: Uint8Array,
  read: ReadCells,
  readEmpty: (line: number) => void = () => {},
): void => {
  checkUtf8(text)
  checkTextShape(text)
  let line = 1
  for (const piece of textPieces(text, pieceLength)) {
    const content = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength).toString("utf8")
    const hasQuotes = content.includes('"')
    if (content === "") {
      readEmpty(line)
      line += 1
      continue
    }
    Papa.parse<Array<string>>(content, {
      delimiter: ",",
      newline: "\n",
      quoteChar: '"',
      header: false,
      dynamicTyping: false,
      skipEmptyLines: false,
      step: ({ data, errors }) => {
        const error = errors[0]
        if (error !== undefined) throw new DamagedBytes({ kind: "row", issue: error.message, line })
        read(data, line)
        line += hasQuotes ? data.reduce((sum, cell) => sum + cell.split("\n").length - 1, 1) : 1
      },
    })
  }
}
