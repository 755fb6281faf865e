import { isUtf8 } from "node:buffer"
import { DamagedBytes } from "./damaged-bytes.ts"
import { hasUtf16Mark } from "./gzip-text.ts"

/** A text in UTF-8 without a byte order mark, each line ended by one line feed. */
export interface TextLines {
  readonly text: Uint8Array
  /** What was different before. */
  readonly notes: ReadonlyArray<string>
}

const lineFeed = 10
const carriageReturn = 13

/**
 * Brings the text of any system to the same form of lines. Returns the bytes themselves when nothing is to be
 * done.
 * @param checked a checksum has shown that the text is as long as its writer meant
 * @throws {DamagedBytes} when it is no UTF-8 (kind `encoding`), or when the last line may have been cut (kind
 * `row`)
 */
export const toTextLines = (bytes: Uint8Array, checked: boolean): TextLines => {
  const notes: Array<string> = []
  let text = bytes
  if (hasUtf16Mark(text)) {
    text = fromUtf16(text)
    notes.push("the text is UTF-16")
  } else if (text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf) {
    text = text.subarray(3)
    notes.push("a byte order mark comes first")
  }
  if (text.includes(carriageReturn)) {
    const joined = withoutCarriageReturns(text)
    text = joined.text
    notes.push(joined.note)
  }
  if (text.length > 0 && text[text.length - 1] !== lineFeed) {
    if (!checked)
      throw new DamagedBytes({
        kind: "row",
        issue: "the last line has no line end: it may have been cut (when it is complete, end it)",
        line: countLines(text),
      })
    text = Buffer.concat([text, Uint8Array.of(lineFeed)])
    notes.push("the last line has no line end")
  }
  return { text, notes }
}

/** @throws {DamagedBytes} kind `encoding`, naming the first line that is no UTF-8 */
export const checkUtf8 = (text: Uint8Array): void => {
  if (isUtf8(text)) return
  let line = 1
  let start = 0
  for (;;) {
    const end = text.indexOf(lineFeed, start)
    if (end < 0 || !isUtf8(text.subarray(start, end)))
      throw new DamagedBytes({ kind: "encoding", issue: "the text is not UTF-8", line, byteOffset: start })
    line += 1
    start = end + 1
  }
}

const fromUtf16 = (bytes: Uint8Array): Uint8Array => {
  try {
    const encoding = bytes[0] === 0xff ? "utf-16le" : "utf-16be"
    return new TextEncoder().encode(new TextDecoder(encoding, { fatal: true }).decode(bytes))
  } catch (cause) {
    if (cause instanceof TypeError)
      throw new DamagedBytes({ kind: "encoding", issue: "the text begins as UTF-16 but is not" })
    throw cause
  }
}

/**
 * Takes the carriage returns off line ends; of a text without any line feed each one is the line end itself.
 */
const withoutCarriageReturns = (text: Uint8Array): { readonly text: Uint8Array; readonly note: string } => {
  if (!text.includes(lineFeed))
    return {
      text: text.map((byte) => (byte === carriageReturn ? lineFeed : byte)),
      note: "lines end with CR",
    }
  const result = new Uint8Array(text.length)
  let length = 0
  let most = 0
  let pending = 0
  for (const byte of text) {
    if (byte === carriageReturn) {
      pending += 1
      continue
    }
    if (byte === lineFeed) most = Math.max(most, pending)
    else for (; pending > 0; pending -= 1) result[length++] = carriageReturn
    pending = 0
    result[length++] = byte
  }
  for (; pending > 0; pending -= 1) result[length++] = carriageReturn
  const note =
    most === 0 ? "a CR stands inside a line" : `lines end with ${"CR ".repeat(Math.min(most, 3))}LF`
  return { text: result.subarray(0, length), note }
}

const countLines = (text: Uint8Array): number => {
  let line = 1
  for (let at = text.indexOf(lineFeed); at >= 0; at = text.indexOf(lineFeed, at + 1)) line += 1
  return line
}
