// Reads the declaration files that tsc writes: top-level statements, and what they declare, import and export. Plain text,
// since TypeScript 7 has no API for JavaScript; it relies on the compiler's regular output, not on people's style.

/** Where a name comes from. `name` is `*` for a whole module. */
export interface Reference {
  readonly module: string
  readonly name: string
}

export interface DeclarationFile {
  /** Declared names with their statements (several for overloads), docstrings included. */
  readonly declared: ReadonlyMap<string, ReadonlyArray<string>>
  readonly imported: ReadonlyMap<string, Reference>
  /** Exported names: local ones as a string, others with their module. */
  readonly exported: ReadonlyMap<string, string | Reference>
  /** Modules of `export * from`. */
  readonly stars: ReadonlyArray<string>
}

const blockHead =
  /^(?:export\s+)?(?:default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:interface|class|enum|namespace|module|global)\b/
const declarationHead =
  /^(export\s+)?(default\s+)?(?:declare\s+)?(?:abstract\s+)?(?:const\s+enum|const|let|var|function|class|interface|type|enum|namespace)\s+([\w$]+)/

/** End of the comment, string or template that starts at `at`, or `at` when none does. */
const skipOpaque = (text: string, at: number): number => {
  const two = text.slice(at, at + 2)
  if (two === "/*") return text.indexOf("*/", at) + 2
  if (two === "//") return (text.indexOf("\n", at) + 1 || text.length + 1) - 1
  const quote = text[at] ?? ""
  if (!`"'\``.includes(quote) || quote === "") return at
  let end = at + 1
  while (end < text.length && text[end] !== quote) end += text[end] === "\\" ? 2 : 1
  return end + 1
}

/** The statement without its leading comments. */
export const withoutDocs = (statement: string): string =>
  statement.replace(/^(?:\s*\/\*[^]*?\*\/)+\s*/, "").trim()

/** Splits a declaration file into its top-level statements, each with the comments before it. */
export const splitStatements = (text: string): ReadonlyArray<string> => {
  const statements: Array<string> = []
  let start = 0
  let depth = 0
  const finish = (end: number): void => {
    const statement = text.slice(start, end).trim()
    if (withoutDocs(statement).replace(/;$/, "") !== "") statements.push(statement)
    start = end
  }
  for (let at = 0; at < text.length; at++) {
    const end = skipOpaque(text, at)
    if (end > at) {
      if (text.startsWith("//# sourceMappingURL", at)) return statements
      at = end - 1
      continue
    }
    const char = text[at] ?? ""
    if ("{([".includes(char)) depth++
    else if ("})]".includes(char)) depth--
    if (depth > 0) continue
    if (char === ";" || (char === "}" && blockHead.test(withoutDocs(text.slice(start, at))))) finish(at + 1)
  }
  finish(text.length)
  return statements
}

/** `a, type B as C` as pairs of the name over there and the name here. */
const parseNames = (list: string): ReadonlyArray<readonly [string, string]> =>
  list
    .split(",")
    .map((part) => part.trim().replace(/^type\s+/, ""))
    .filter((part) => part !== "")
    .map((part) => {
      const [there = "", here = there] = part.split(/\s+as\s+/)
      return [there, here]
    })

/** Reads one declaration file. */
export const parseDeclarations = (text: string): DeclarationFile => {
  const declared = new Map<string, Array<string>>()
  const imported = new Map<string, Reference>()
  const exported = new Map<string, string | Reference>()
  const stars: Array<string> = []
  for (const statement of splitStatements(text)) {
    const code = withoutDocs(statement)
    const [, names, module] =
      /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}(?:\s+from\s+["']([^"']+)["'])?/.exec(code) ?? []
    const [, whole, wholeModule] =
      /^import\s+(?:type\s+)?(?:\*\s+as\s+)?([\w$]+)\s+from\s+["']([^"']+)["']/.exec(code) ?? []
    const [, alias, starModule] =
      /^export\s+\*(?:\s+as\s+([\w$]+))?\s+from\s+["']([^"']+)["']/.exec(code) ?? []
    const head = declarationHead.exec(code)
    if (whole !== undefined && wholeModule !== undefined)
      imported.set(whole, { module: wholeModule, name: /\*\s+as/.test(code) ? "*" : "default" })
    else if (starModule !== undefined) {
      if (alias === undefined) stars.push(starModule)
      else exported.set(alias, { module: starModule, name: "*" })
    } else if (names !== undefined) {
      for (const [there, here] of parseNames(names))
        if (code.startsWith("import")) imported.set(here, { module: module ?? "", name: there })
        else exported.set(here, module === undefined ? there : { module, name: there })
    } else if (head?.[3] !== undefined) {
      declared.set(head[3], [...(declared.get(head[3]) ?? []), statement])
      if (head[2] !== undefined) exported.set("default", head[3])
      else if (head[1] !== undefined) exported.set(head[3], head[3])
    } else if (!/^import\s+["']/.test(code))
      throw new Error(`not understood in a declaration file: ${code.slice(0, 120)}`)
  }
  return { declared, imported, exported, stars }
}
