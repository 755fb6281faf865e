/** A text in lines of at most `columns` characters; lines after the first start with `indent` spaces, and the first is taken to stand there. */
export const wrapped = (text: string, columns: number, indent: number): string => {
  const width = Math.max(20, columns - indent)
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line].join(`\n${" ".repeat(indent)}`)
}
