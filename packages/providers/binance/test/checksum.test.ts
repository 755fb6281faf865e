import { describe, expect, it } from "vitest"
import { parseChecksum } from "../src/archive-download.ts"

const sha = "0123456789abcdef".repeat(4)
const name = "BTCUSDT-1h-2024-03.zip"

describe("a CHECKSUM", () => {
  it.each([
    ["as Binance writes it", `${sha}  ${name}\n`, sha],
    ["without a line end", `${sha}  ${name}`, sha],
    ["with the mark of binary files", `${sha} *${name}\r\n`, sha],
    ["in capitals", `${sha.toUpperCase()}  ${name}\n`, sha],
    ["of another file", `${sha}  BTCUSDT-1h-2024-04.zip\n`, undefined],
    ["without a name", `${sha}\n`, undefined],
    ["that is too short", `${sha.slice(1)}  ${name}\n`, undefined],
    ["of two lines", `${sha}  ${name}\n${sha}  ${name}\n`, undefined],
    ["that is a web page", "<html></html>", undefined],
    ["that is empty", "", undefined],
  ])("%s", (_name, text, expected) => {
    expect(parseChecksum(text, name)).toBe(expected)
  })
})
