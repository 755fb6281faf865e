import { execFile, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  docstringProgram,
  type ExampleProgram,
  exampleProgram,
  keepsPromise,
} from "../src/docs/example-program.ts"
import { type CodeBlock, codeBlocks, reportExamples } from "../src/docs/markdown-blocks.ts"
import { reportName } from "../src/api/released-mark.ts"
import type { ExampleRun } from "../src/docs/run-examples.ts"
import { root, workspacePackages } from "../src/workspace.ts"

const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...workspacePackages().map(({ folder }) => `${folder}/README.md`),
]

// The command is the one package that has all others among its dependencies, so examples find them there.
const place = join(root, "apps/cli/.turbo/examples")
rmSync(place, { recursive: true, force: true })
mkdirSync(place, { recursive: true })

/** Writes an example's two forms: as it stands, for the compiler, and the one that is run. */
const example = (document: string, { line, language, code }: CodeBlock, program: ExampleProgram) => {
  const name = `${document}:${line}`
  const stem = name.replaceAll(/[^\w]/g, "-")
  writeFileSync(join(place, `${stem}.${language}`), `${code}export {}\n`)
  writeFileSync(join(place, `${stem}.run.${language}`), `${program.code}export {}\n`)
  return { name, stem, language, promises: program.promises }
}

const readmeExamples = documents.flatMap((document) =>
  codeBlocks(readFileSync(join(root, document), "utf8"))
    .filter(({ language }) => language === "ts" || language === "js")
    .map((block) => example(document, block, exampleProgram(block.code))),
)
// What they import is not said, so the compiler is not asked; they are run.
const docstringExamples = workspacePackages().flatMap(({ folder }) => {
  const path = join(root, folder, reportName)
  return (existsSync(path) ? reportExamples(readFileSync(path, "utf8")) : []).map(
    ({ specifier, exported, block }) =>
      example(`${folder}/${reportName}`, block, docstringProgram(block.code, specifier, exported)),
  )
})
const examples = [...readmeExamples, ...docstringExamples]

/** Compiler complaints by file name. */
const complaints = (): string => {
  const compilerOptions = {
    noEmit: true,
    skipLibCheck: true,
    types: ["node"],
    customConditions: [],
    noUnusedLocals: false,
    plugins: [],
  }
  const files = readmeExamples.filter(({ language }) => language === "ts").map(({ stem }) => `${stem}.ts`)
  writeFileSync(
    join(place, "tsconfig.json"),
    JSON.stringify({ extends: join(root, "tsconfig.base.json"), compilerOptions, files }),
  )
  const tsc = join(
    dirname(createRequire(join(root, "package.json")).resolve("typescript/package.json")),
    "bin/tsc",
  )
  return spawnSync(process.execPath, [tsc, "-p", place], { cwd: place, encoding: "utf8" }).stdout
}

describe("examples of the READMEs and docstrings", () => {
  let runs: ReadonlyArray<ExampleRun> = []
  let compiler = ""
  const work = mkdtempSync(join(tmpdir(), "examples-"))

  beforeAll(async () => {
    const simulator = await startVendorSimulator({ seed: 1 })
    const programs = examples.map(({ stem, language }) => join(place, `${stem}.run.${language}`))
    const runner = join(root, "packages/repo-tools/src/docs/run-examples.ts")
    const env = { ...process.env, ...simulator.urls }
    try {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--no-warnings", runner, work, ...programs],
        {
          env,
          maxBuffer: 1e8,
          timeout: 100_000,
        },
      )
      runs = JSON.parse(stdout) as ReadonlyArray<ExampleRun>
    } finally {
      await simulator.close()
    }
    compiler = complaints()
  })
  afterAll(() => rmSync(work, { recursive: true, force: true }))

  it.each(examples.map((one, index) => ({ ...one, index })))("$name", ({ stem, promises, index }) => {
    const run = runs[index]
    expect(run?.error).toBeUndefined()
    expect(compiler.split("\n").filter((line) => line.startsWith(`${stem}.ts`))).toEqual([])
    for (const [number, { line, expected }] of promises.entries()) {
      const texts = run?.printed.filter((one) => one.promise === number).map(({ text }) => text) ?? []
      expect(texts.length, `line ${line} of the example never ran`).toBeGreaterThan(0)
      for (const text of texts)
        expect([line, text, keepsPromise(text, expected)]).toEqual([line, expect.anything(), true])
    }
  })

  const libraries = workspacePackages().filter(
    ({ folder, manifest }) => manifest.private !== true && folder.startsWith("packages/"),
  )

  it.each(libraries)(
    "$manifest.name shows how to install it, a use with promises, and one with Effect if it has that",
    ({ folder, manifest }) => {
      const readme = readFileSync(join(root, folder, "README.md"), "utf8")
      const blocks = codeBlocks(readme)
      expect(
        blocks.some(({ code }) => new RegExp(`^npm install .*${manifest.name}\\b`, "m").test(code)),
      ).toBe(true)
      const used = (specifier: string) =>
        blocks.some(({ language, code }) => language === "ts" && code.includes(`"${specifier}"`))
      expect(used(manifest.name)).toBe(true)
      const usesEffect = existsSync(join(root, folder, "src/effect.ts"))
      expect(usesEffect && !used(`${manifest.name}/effect`)).toBe(false)
      for (const heading of ["Errors", "Limits"]) expect(readme).toMatch(new RegExp(`^## .*${heading}`, "mi"))
    },
  )
})
