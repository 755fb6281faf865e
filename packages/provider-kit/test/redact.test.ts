import { inspect } from "node:util"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createRedactor } from "../src/index.ts"

describe("a redactor", () => {
  it("leaves no secret in any text, however it is embedded", () => {
    // A secret inside the mask's own word would be found there.
    const secrets = fc
      .string({ minLength: 3, unit: "grapheme" })
      .filter((text) => !"[redacted]".includes(text))
    fc.assert(
      fc.property(fc.array(secrets, { minLength: 1, maxLength: 3 }), fc.array(fc.string()), (keys, parts) => {
        const text = parts.flatMap((part, index) => [part, keys[index % keys.length] ?? ""]).join("")
        const redacted = createRedactor(keys).text(text)
        const rest = redacted.split("[redacted]").join("\0")
        for (const key of keys) expect(rest.includes(key)).toBe(false)
      }),
    )
  })

  it.each([
    ["https://x.io/q?apikey=abc&symbol=IBM", "https://x.io/q?[redacted]"],
    [
      "see https://x.io/q?crumb=1 or <https://x.io/p?b>",
      "see https://x.io/q?[redacted] or <https://x.io/p?[redacted]>",
    ],
    ["https://x.io/terms is fine", "https://x.io/terms is fine"],
    ["what? nothing", "what? nothing"],
  ])("removes the query of URLs, where tokens travel that nobody declared: %s", (text, expected) => {
    expect(createRedactor([]).text(text)).toBe(expected)
  })

  it("keeps everything else of a value", () => {
    const value = {
      _tag: "RateLimited",
      retryAt: 17,
      list: ["a", 1, null],
      nested: { hint: "key k-1 refused" },
    }
    expect(createRedactor(["k-1"]).value(value)).toEqual({
      ...value,
      nested: { hint: "key [redacted] refused" },
    })
  })

  it("makes plain errors of errors, with name, code, causes and a message for an AggregateError", () => {
    const refused = Object.assign(new AggregateError([new Error("refused k-1")], ""), {
      code: "ECONNREFUSED",
    })
    const error = new TypeError("fetch k-1 failed", {
      cause: Object.assign(refused, { request: { url: "k-1" } }),
    })
    const plain = createRedactor(["k-1"]).value(error)
    expect(plain).toMatchObject({ name: "TypeError", message: "fetch [redacted] failed" })
    expect(plain.cause).toMatchObject({
      name: "AggregateError",
      message: "refused [redacted]",
      code: "ECONNREFUSED",
    })
    expect(inspect(plain, { depth: 20, showHidden: true })).not.toContain("k-1")
  })

  it("ends on a cause that contains itself", () => {
    const error = new Error("a")
    error.cause = error
    expect(createRedactor(["k"]).value(error).message).toBe("a")
  })
})
