const quote = 34
const comma = 44
const lineFeed = 10

/**
 * The first line whose quotes are not those of a CSV: around a whole field, doubled inside. `undefined` when there is
 * none. A quote anywhere else makes the rest of the text one field, or none; and a CSV reader slow.
 */
export const findQuotingIssue = (text: Uint8Array): number | undefined => {
  let line = 1
  let at = text.indexOf(quote)
  let counted = 0
  while (at >= 0) {
    for (
      let feed = text.indexOf(lineFeed, counted);
      feed >= 0 && feed < at;
      feed = text.indexOf(lineFeed, counted)
    ) {
      line += 1
      counted = feed + 1
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
