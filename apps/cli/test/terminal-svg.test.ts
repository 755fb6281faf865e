import { expect, it } from "vitest"
import { toPieces, toSvg } from "../scripts/terminal-svg.ts"

it("a line of a terminal becomes pieces of one style each", () => {
  expect(toPieces("a\u001b[1mb\u001b[22m\u001b[32mc\u001b[39md\u001b[0m")).toMatchObject([
    { text: "a", isBold: false },
    { text: "b", isBold: true },
    { text: "c", isBold: false, colour: "#7ee787" },
    { text: "d", colour: "#d8dee9" },
  ])
})

it("the picture places every piece in its column and escapes what XML would take for itself", () => {
  const svg = toSvg("a & b", ["ab\u001b[31m<c>\u001b[0m"], 20)
  expect(svg).toContain('aria-label="a &amp; b"')
  expect(svg).toMatch(/<text x="18\.0"[^>]*>ab<\/text><text x="34\.8"[^>]*fill="#ff7b72">&lt;c&gt;<\/text>/)
})
