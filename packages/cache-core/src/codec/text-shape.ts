import { DamagedBytes } from "./damaged-bytes.ts"

const quote = 34
const comma = 44
const lineFeed = 10
/** No row of bars is near it; a CSV reader would make a field of every comma in a longer one. */
const longestLine = 1_048_576

/**
 * Refuses texts that would wear out a CSV reader, whatever they hold: endless lines, and quotes that are not
 * those of a CSV (around a whole field, doubled inside), after which the rest of the text would be one field.
 * @throws {DamagedBytes} kind `row` with the line
 */
export const checkTextShape = (text: Uint8Array): void => {
  checkLineLengths(text)
  const badQuote = findQuotingIssue(text)
  if (badQuote !== undefined)
    throw new DamagedBytes({ kind: "row", issue: "a quote stands where a CSV has none", line: badQuote })
}

const checkLineLengths = (text: Uint8Array): void => {
  let line = 1
  let start = 0
  while (start < text.length) {
    const feed = text.indexOf(lineFeed, start)
    const end = feed < 0 ? text.length : feed
    if (end - start > longestLine)
      throw new DamagedBytes({ kind: "row", issue: `a line of ${end - start} bytes`, line })
    line += 1
    start = end + 1
  }
}

const findQuotingIssue = (text: Uint8Array): number | undefined => {
  let line = 1
  let counted = 0
  for (let at = text.indexOf(quote); at >= 0;) {
    for (let feed = text.indexOf(lineFeed, counted); feed >= 0 && feed < at;) {
      line += 1
      counted = feed + 1
      feed = text.indexOf(lineFeed, counted)
    }
    const before = at === 0 ? lineFeed : text[at - 1]
    if (before !== comma && before !== lineFeed) return line
    let close = text.indexOf(quote, at + 1)
    while (close >= 0 && text[close + 1] === quote) close = text.indexOf(quote, close + 2)
    if (close < 0) return line
    const after = text[close + 1]
    if (after !== comma && after !== lineFeed && after !== undefined) return line
    at = text.indexOf(quote, close + 1)
  }
  return undefined
}

/**
 * Cuts a text of sound shape into pieces of about `length` bytes at ends of lines, never inside quotes. A
 * piece comes without its last line feed.
 */
export function* textPieces(text: Uint8Array, length: number): Generator<Uint8Array> {
  let start = 0
  while (start < text.length) {
    const end = endOfPiece(text, start, length)
    yield text.subarray(start, end)
    start = end + 1
  }
}

const endOfPiece = (text: Uint8Array, start: number, length: number): number => {
  let insideQuotes = false
  let counted = start
  let search = start + length
  for (;;) {
    const feed = search < text.length ? text.indexOf(lineFeed, search) : -1
    if (feed < 0) return text[text.length - 1] === lineFeed ? text.length - 1 : text.length
    for (let at = text.indexOf(quote, counted); at >= 0 && at < feed; at = text.indexOf(quote, counted)) {
      insideQuotes = !insideQuotes
      counted = at + 1
    }
    counted = Math.max(counted, feed)
    if (!insideQuotes) return feed
    search = feed + 1
  }
}
