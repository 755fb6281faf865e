import { describe, expect, it } from "vitest"
import { parseDeclarations, splitStatements } from "../src/api/parse-declarations.ts"
import { effectIssues, surfaceOf } from "../src/api/reachable.ts"
import { formatReport, hashOfApi, isUnreleased, parseReport } from "../src/api/released-mark.ts"
import { apiReportBody } from "../src/api/report.ts"

const files: Readonly<Record<string, string>> = {
  "dist/index.d.ts": `export { open, type Options as OpenOptions } from "./open.ts";
export * from "./errors.ts";
export { type Bars } from "@barkeep/market-data";
//# sourceMappingURL=index.d.ts.map`,
  "dist/open.d.ts": `import type { Clock } from "./clock.ts";
import type { Unused } from "./unused.ts";
/** How; \`;\` and } in a comment end nothing. */
export type Options =
/** Now. */
{
    readonly clock: Clock;
    readonly text: "};" | \`a\${string};\`;
}
/** Later. */
 | {
    readonly later: true;
};
/**
 * Opens.
 * @throws {Refused} when it is
 *   closed
 * @example
 * open("a") // => b
 */
export declare const open: (Unused: string, options?: Options) => Promise<import("./hidden.ts").Hidden>;
declare const notShown: string;`,
  "dist/errors.d.ts": `declare const Refused_base: new () => Error;
export declare class Refused extends Refused_base {
    readonly _tag = "Refused";
}
export declare function twice(a: string): string;
export declare function twice(a: number): number;`,
  "dist/clock.d.ts": `import * as Effect from "effect/Effect";
export interface Clock {
    readonly now: Effect.Effect<number>;
}`,
  "dist/hidden.d.ts": `export interface Hidden {
    readonly a: 1;
}`,
}
const read = (path: string): string => {
  const text = files[path]
  if (text === undefined) throw new Error(`nobody may look at ${path}`)
  return text
}

describe("declaration files", () => {
  it("are split at their statements, whatever comments, strings and templates hold", () => {
    expect(splitStatements(read("dist/open.d.ts")).map((text) => text.slice(0, 20))).toEqual([
      "import type { Clock ",
      "import type { Unused",
      "/** How; `;` and } i",
      "/**\n * Opens.\n * @th",
      "declare const notSho",
    ])
  })

  it("that hold something unknown are refused", () => {
    expect(() => parseDeclarations("export = something;")).toThrow(/not understood.*export = something/)
  })
})

describe("a surface", () => {
  const surface = surfaceOf("dist/index.d.ts", read)

  it("has the exported names, through lists, renames and stars", () => {
    expect([...surface.exports.keys()]).toEqual(["Bars", "OpenOptions", "Refused", "open", "twice"])
  })

  it("has what the signatures mention, and nothing else", () => {
    expect(surface.mentioned.map(({ name }) => name)).toEqual(["Clock", "Hidden", "Refused_base"])
  })

  it("tells the types of Effect in it", () => {
    expect(effectIssues("x", surface)).toEqual(["x shows * of effect/Effect in its types"])
  })

  it("cannot export what is declared nowhere", () => {
    expect(() => surfaceOf("a.d.ts", () => "export { lost };")).toThrow(
      /exports lost, which is declared nowhere/,
    )
  })
})

describe("a report", () => {
  const one = {
    folder: "packages/x",
    manifest: {
      name: "@barkeep/x",
      version: "1.0.0",
      exports: { ".": { types: "./dist/index.d.ts" }, "./package.json": "./package.json" },
    },
  }
  const body = apiReportBody(one, read) ?? ""

  it("shows docstrings as text, tags as a list, examples as code", () => {
    expect(body).toContain(
      '### open\n\nOpens.\n\n- **throws** {Refused} when it is closed\n\n```ts\nopen("a") // => b\n```\n\n```ts\nconst open: (',
    )
    expect(body).toContain("- `Bars` of `@barkeep/market-data`")
    expect(body).toContain("function twice(a: string): string;\nfunction twice(a: number): number;")
  })

  it("is unreleased until a release has noted its text", () => {
    expect(isUnreleased(parseReport(formatReport({ released: undefined, body })))).toBe(true)
    const released = { version: "1.0.0", hash: hashOfApi(body) }
    const text = formatReport({ released, body })
    expect(parseReport(text)).toEqual({ released, body })
    expect(isUnreleased(parseReport(text))).toBe(false)
    expect(isUnreleased(parseReport(`${text}### one more\n`))).toBe(true)
  })
})
