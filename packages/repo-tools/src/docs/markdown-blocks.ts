/** One fenced block of a Markdown file. */
export interface CodeBlock {
  /** `ts`, `sh`, `python`; empty when the fence names none. */
  readonly language: string
  readonly code: string
  /** Line of the opening fence, from 1. */
  readonly line: number
}

/** The fenced blocks of a Markdown text, in order. Throws when a fence is never closed. */
export const codeBlocks = (markdown: string): ReadonlyArray<CodeBlock> => {
  const blocks: Array<CodeBlock> = []
  let open:
    | {
        readonly indent: string
        readonly language: string
        readonly line: number
        readonly lines: Array<string>
      }
    | undefined
  for (const [index, text] of markdown.split(/\r?\n/).entries()) {
    const [, indent, language] = /^(\s*)```\s*([\w-]*)/.exec(text) ?? []
    if (open === undefined) {
      if (indent !== undefined) open = { indent, language: language ?? "", line: index + 1, lines: [] }
    } else if (indent === undefined)
      open.lines.push(text.startsWith(open.indent) ? text.slice(open.indent.length) : text)
    else {
      blocks.push({ language: open.language, code: `${open.lines.join("\n")}\n`, line: open.line })
      open = undefined
    }
  }
  if (open !== undefined) throw new Error(`the block that opens in line ${open.line} is never closed`)
  return blocks
}

/** The examples of an API report with what their entry exports. */
export const reportExamples = (
  report: string,
): ReadonlyArray<{
  readonly specifier: string
  readonly exported: ReadonlyArray<string>
  readonly block: CodeBlock
}> =>
  report
    .split(/^(?=## `)/m)
    .slice(1)
    .flatMap((section) => {
      const [, specifier = ""] = /^## `([^`]+)`/.exec(section) ?? []
      const exported = [...section.matchAll(/^### ([\w$]+)$/gm)].map(([, name = ""]) => name)
      const above = report.slice(0, report.indexOf(section)).split("\n").length - 1
      return codeBlocks(section)
        .filter(({ code }) => code.includes("// =>"))
        .map((block) => ({ specifier, exported, block: { ...block, line: block.line + above } }))
    })
