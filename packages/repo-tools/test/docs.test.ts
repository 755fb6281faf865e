import { describe, expect, it } from "vitest"
import { docstringProgram, exampleProgram, keepsPromise } from "../src/docs/example-program.ts"
import { codeBlocks, reportExamples } from "../src/docs/markdown-blocks.ts"
import { commandsOf } from "../src/docs/shell-commands.ts"

describe("code blocks", () => {
  it("have their language, their place, and no indent of a list", () => {
    expect(codeBlocks("a\n```ts\nx\n\ny\n```\n\n- b\n  ```sh\n  c\n  ```\n```\nplain\n```\n")).toEqual([
      { language: "ts", code: "x\n\ny\n", line: 2 },
      { language: "sh", code: "c\n", line: 9 },
      { language: "", code: "plain\n", line: 12 },
    ])
  })

  it("must end", () => {
    expect(() => codeBlocks("text\n```ts\nx")).toThrow(/opens in line 2/)
  })
})

describe("an example's promises", () => {
  it("are those of the console.log before them, on one line or several", () => {
    const { code, promises } = exampleProgram(
      "console.log(1)\nconsole.log(2) // => 2\nconsole.log(\n  3,\n) // => 3\n",
    )
    expect(code).toContain(
      "console.log(1)\nglobalThis.barkeepExample(0, 2) // => 2\nglobalThis.barkeepExample(1, \n  3,\n)",
    )
    expect(promises).toEqual([
      { line: 2, expected: "2" },
      { line: 5, expected: "3" },
    ])
  })

  it("need one", () => {
    expect(() => exampleProgram("const a = 1 // => 1")).toThrow(/line 1: .* follows no console.log/)
  })

  it.each([
    ["[ 1, 2 ]", "[ 1, 2 ]", true],
    ["{\n  a: 1\n}", "{ a: 1 }", true],
    ["108 NaN { more: 1 }", "108 NaN ...", true],
    ["12", "1", false],
    ["a.c", "a.c", true],
    ["abc", "a.c", false],
  ])("%j for %j: %s", (printed, expected, kept) => expect(keepsPromise(printed, expected)).toBe(kept))
})

describe("docstring examples of an API report", () => {
  const report =
    '# API\n\n## `@x/a`\n\n### open\n\n```ts\nopen(1) // => "b"\n```\n\n```ts\nconst open: 1\n```\n\n## `@x/a/b`\n\n### Type\n'

  it("are those with values, with their entry and its exports", () => {
    expect(reportExamples(report)).toEqual([
      {
        specifier: "@x/a",
        exported: ["open"],
        block: { language: "ts", code: 'open(1) // => "b"\n', line: 7 },
      },
    ])
  })

  it("become programs that import what they use", () => {
    expect(docstringProgram('const a = open(1)\nawait a // => "b"', "@x/a", ["open", "openAll"])).toEqual({
      code: 'import { open } from "@x/a"\nconst a = open(1)\nglobalThis.barkeepExample(0, globalThis.barkeepValue(await a))',
      promises: [{ line: 2, expected: '"b"' }],
    })
  })
})

describe("commands of a shell block", () => {
  const commands = (code: string) =>
    commandsOf({ language: "sh", code, line: 10 }, "barkeep").map(({ line, command }) => `${line} ${command}`)

  it("are its lines without comments, joined where they go on", () => {
    expect(
      commands(
        "# first\nbarkeep list   # what is stored\nnpm install x\nbarkeep get A 1h \\\n  --json | head -1\n",
      ),
    ).toEqual(["12 barkeep list", "14 barkeep get A 1h --json | head -1"])
  })

  it("are the prompted lines where there is output between them", () => {
    expect(commands("$ barkeep list\nbarkeep is not a command here\n$ echo barkeeper\n")).toEqual([
      "11 barkeep list",
    ])
  })
})
