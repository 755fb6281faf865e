/** A piece of a line in one style. */
interface Piece {
  readonly text: string
  readonly isBold: boolean
  readonly isDim: boolean
  readonly colour: string
}

const foreground = "#d8dee9"
const colours: { readonly [code: number]: string } = {
  30: "#3b4252",
  31: "#ff7b72",
  32: "#7ee787",
  33: "#e3b341",
  34: "#79c0ff",
  35: "#d2a8ff",
  36: "#76e3ea",
  37: foreground,
  90: "#8b949e",
}

/** The pieces of a line with terminal colours; unknown codes are left out. */
export const toPieces = (line: string): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let style = { isBold: false, isDim: false, colour: foreground }
  // oxlint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001b\[[0-9;]*m)/)) {
    // oxlint-disable-next-line no-control-regex
    const codes = /^\u001b\[([0-9;]*)m$/.exec(part)?.[1]
    if (codes === undefined) {
      if (part !== "") pieces.push({ text: part, ...style })
      continue
    }
    for (const code of codes.split(";").map(Number)) {
      if (code === 0) style = { isBold: false, isDim: false, colour: foreground }
      else if (code === 1) style = { ...style, isBold: true }
      else if (code === 2) style = { ...style, isDim: true }
      else if (code === 22) style = { ...style, isBold: false, isDim: false }
      else if (code === 39) style = { ...style, colour: foreground }
      else style = { ...style, colour: colours[code] ?? style.colour }
    }
  }
  return pieces
}

const charWidth = 8.4
const lineHeight = 19
const padding = 18
const barHeight = 30

/** A picture of a terminal with these lines, in one font everywhere, with the text as text. */
export const toSvg = (title: string, lines: ReadonlyArray<string>, columns: number): string => {
  const width = Math.ceil(columns * charWidth + 2 * padding)
  const height = barHeight + lines.length * lineHeight + padding
  const rows = lines.map((line, index) => {
    const y = barHeight + (index + 1) * lineHeight
    let column = 0
    return toPieces(line)
      .map(({ text, isBold, isDim, colour }) => {
        const x = (padding + column * charWidth).toFixed(1)
        column += text.length
        if (text.trim() === "") return ""
        const style = [
          colour === foreground ? "" : ` fill="${colour}"`,
          isBold ? ' font-weight="bold"' : "",
          isDim ? ' opacity="0.7"' : "",
        ].join("")
        // The width is set, so that columns line up whatever font the reader has.
        return `<text x="${x}" y="${y}" textLength="${(text.length * charWidth).toFixed(1)}"${style}>${escaped(text)}</text>`
      })
      .join("")
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
<g fill="#6e7681"><circle cx="20" cy="16" r="5"/><circle cx="38" cy="16" r="5"/><circle cx="56" cy="16" r="5"/></g>
<g fill="${foreground}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
${rows.filter((row) => row !== "").join("\n")}
</g>
</svg>
`
}

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")
