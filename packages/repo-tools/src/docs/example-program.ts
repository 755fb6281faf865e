// Examples that say what they print: `console.log(value) // => text`. The program that is run holds every such promise.

/** A promise of an example: what the `console.log` before the comment prints. `...` stands for anything. */
export interface ExamplePromise {
  readonly line: number
  readonly expected: string
}

export interface ExampleProgram {
  /** The example, with each promised `console.log` calling `globalThis.barkeepExample(promise, ...values)`. */
  readonly code: string
  readonly promises: ReadonlyArray<ExamplePromise>
}

const promise = /\/\/ => (.*)$/
const call = "console.log("

/** Rewrites an example so that its promises can be checked. Throws when a promise follows no `console.log`. */
export const exampleProgram = (code: string): ExampleProgram => {
  const promises: Array<ExamplePromise> = []
  let done = ""
  let waiting = ""
  for (const [index, line] of code.split("\n").entries()) {
    const [, expected] = promise.exec(line) ?? []
    waiting += `${line}\n`
    if (expected === undefined) continue
    const at = waiting.lastIndexOf(call)
    if (at < 0) throw new Error(`line ${index + 1}: "// => ${expected}" follows no console.log`)
    done += `${waiting.slice(0, at)}globalThis.barkeepExample(${promises.length}, ${waiting.slice(at + call.length)}`
    waiting = ""
    promises.push({ line: index + 1, expected: expected.trim() })
  }
  return { code: done + waiting, promises }
}

/** An example of a docstring: expressions with their values, `open("a") // => "b"`, over what `specifier` exports. */
export const docstringProgram = (
  code: string,
  specifier: string,
  exported: ReadonlyArray<string>,
): ExampleProgram => {
  const promises: Array<ExamplePromise> = []
  const lines = code.split("\n").map((line, index) => {
    const [, expression, expected] = /^(.*?)\s*\/\/ => (.*)$/.exec(line) ?? []
    if (expression === undefined || expected === undefined) return line
    promises.push({ line: index + 1, expected: expected.trim() })
    return `globalThis.barkeepExample(${promises.length - 1}, globalThis.barkeepValue(${expression}))`
  })
  const used = exported.filter((name) => new RegExp(`\\b${RegExp.escape(name)}\\b`).test(code))
  return { code: `import { ${used.join(", ")} } from "${specifier}"\n${lines.join("\n")}`, promises }
}

/** True when what was printed is what was promised; white space may differ. */
export const keepsPromise = (printed: string, expected: string): boolean => {
  const pattern = expected
    .trim()
    .split(/\s*\.\.\.\s*/)
    .map((part) => RegExp.escape(part).replaceAll(/(?:\s|\\x20)+/g, "\\s+"))
    .join("[^]*")
  return new RegExp(`^${pattern}$`).test(printed.trim())
}
