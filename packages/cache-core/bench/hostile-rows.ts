/** Rows of text as nobody should write them, for holding two scanners against each other. */
export interface HostileRows {
  /** A decimal text of any shape, also of none. */
  readonly field: () => string
  /** Rows in the cache's form, most of them, some bytes of which were changed. */
  readonly text: (dateOnly: boolean) => Uint8Array
}

/** @param random numbers in `[0, 1)`, seeded */
export const hostileRows = (random: () => number): HostileRows => {
  const below = (limit: number): number => Math.floor(random() * limit)
  const pick = <A>(items: ReadonlyArray<A>): A => items[below(items.length)] as A
  const digits = (length: number): string => Array.from({ length }, () => String(below(10))).join("")
  const bits = new DataView(new ArrayBuffer(8))
  const usual = (): string => String(below(10_000_000) / pick([1, 10, 100, 1e5, 1e8]))
  const odd = (): string =>
    pick([
      () => "",
      () => `${digits(1 + below(18))}.${digits(1 + below(18))}`,
      () => `${pick(["", "-"])}${digits(1 + below(22))}`,
      () => `${pick(["", "-"])}${digits(1 + below(20))}.${digits(1 + below(22))}`,
      () =>
        `${pick(["", "-"])}${digits(1 + below(17))}${pick(["e", "E"])}${pick(["", "+", "-"])}${below(40)}`,
      () => `${digits(1)}.${digits(1 + below(17))}e${pick(["+", "-", ""])}${digits(1 + below(3))}`,
      () => String(Math.fround(random() * pick([1, 1000, 1e6]))),
      () => String(random() * pick([1, 100, 1e-6])),
      () => String(2 ** 53 + below(9) - 4),
      // Half way between two doubles.
      () => {
        const shift = 1 + below(3)
        return `${2 ** (53 - shift) + below(1000)}.${String(5 ** shift + 2 * below(5) * 5 ** shift).slice(-shift)}`
      },
      () => `${below(10)}${pick(["", "."])}${2 ** 53 + below(9) - 4}`,
      () =>
        pick([
          "-",
          ".",
          "1.",
          ".5",
          "-.5",
          "1..2",
          "1.2.3",
          "+1",
          " 1",
          "1 ",
          "1e",
          "1e+",
          "0x10",
          "NaN",
          "inf",
          "-0",
          "-0.0",
          "007",
          "00000000000000000001",
          "1_0",
        ]),
      () => {
        bits.setUint32(0, below(2 ** 32))
        bits.setUint32(4, below(2 ** 32))
        const value = bits.getFloat64(0)
        return Number.isFinite(value) ? String(value) : ""
      },
    ])()
  const field = (): string => (below(3) === 0 ? odd() : usual())
  const two = (value: number): string => String(value).padStart(2, "0")
  const text = (dateOnly: boolean): Uint8Array => {
    const rows = 1 + below(pick([3, 40, 300]))
    const oddity = pick([0, 0, 1, 4, 30])
    let time = below(3_000_000_000) * 1000
    const lines: Array<string> = []
    for (let row = 0; row < rows; row += 1) {
      time += (dateOnly ? 86_400_000 : 60_000) * (below(30) < oddity ? below(2000) - 3 : 1)
      const iso = new Date(time).toISOString()
      const stamp = dateOnly ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 19)}`
      const oddTime = below(60) < oddity
      const made = oddTime
        ? pick([
            () => stamp.replace(/-\d\d-/, `-${two(below(14))}-`),
            () => stamp.replace(/-\d\d(?= |$)/, `-${two(below(33))}`),
            () => stamp.replace(/ \d\d/, ` ${two(below(27))}`),
            () => stamp.replace(/:\d\d:/, `:${two(below(64))}:`),
            () => stamp.replace(/\d\d$/, two(below(64))),
            () => stamp,
          ])()
        : stamp
      const fields = Array.from({ length: below(100) < oddity ? 3 + below(5) : 5 }, () =>
        below(30) < oddity ? field() : usual(),
      )
      lines.push(`${made},${fields.join(",")}\n`)
    }
    const bytes = new TextEncoder().encode(lines.join(""))
    const last = bytes.length - 1
    for (let change = below(4) === 0 ? 1 + below(3) : 0; change > 0; change -= 1)
      bytes[below(last)] = pick([below(256), 10, 13, 44, 45, 46, 48 + below(10), 101])
    // Sometimes without a last line feed.
    return below(20) === 0 ? bytes.subarray(0, last) : bytes
  }
  return { field, text }
}
