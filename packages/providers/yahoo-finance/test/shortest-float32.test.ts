import * as fc from "fast-check"
import { expect, it } from "vitest"
import { shortestFloat32 } from "../src/shortest-float32.ts"

it.each([
  [75.0875015258789, 75.0875],
  [73.79750061035156, 73.7975],
  [72.71607208251953, 72.71607],
  [7194.89208984375, 7194.892],
  [1.1220825910568237, 1.1220826],
  [97208.171875, 97208.17],
  [0.0000123456785, 0.0000123456785],
  [131, 131],
  [0, 0],
  [-37.630001068115234, -37.63],
  [16777216, 16777216],
])("reads %d as %d", (sent, meant) => {
  expect(shortestFloat32(sent)).toBe(meant)
})

it("leaves a number alone that is none of single precision", () => {
  expect(shortestFloat32(0.1)).toBe(0.1)
  expect(shortestFloat32(287.5400085)).toBe(287.5400085)
})

const single = fc.float({ noNaN: true, noDefaultInfinity: true })

it("loses nothing: the result is the same single-precision number", () => {
  fc.assert(fc.property(single, (value) => Object.is(Math.fround(shortestFloat32(value)), value)))
})

it("keeps the order, so that no consistent bar becomes inconsistent", () => {
  const neighbours = single.chain((value) =>
    fc.tuple(fc.constant(value), fc.constant(Math.fround(value * 1.0000001))),
  )
  fc.assert(
    fc.property(fc.oneof(fc.tuple(single, single), neighbours), ([a, b]) => {
      expect(Math.sign(shortestFloat32(a) - shortestFloat32(b))).toBe(Math.sign(a - b))
    }),
  )
})

it("gives back every price of up to seven digits", () => {
  const price = fc.tuple(fc.integer({ min: 1, max: 9_999_999 }), fc.integer({ min: 0, max: 6 }))
  fc.assert(
    fc.property(price, ([digits, places]) => {
      const value = Number(`${digits}e-${places}`)
      expect(shortestFloat32(Math.fround(value))).toBe(value)
    }),
  )
})
