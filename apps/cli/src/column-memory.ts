import type { Bars } from "@barkeep/market-data"

/** Memory for the columns of one year after another. */
export interface ColumnMemory {
  readonly lend: (numbers: number) => Float64Array
  /** Takes the columns back; whoever uses them after that reads those of another year. */
  readonly giveBack: (bars: Bars) => void
}

/** Years differ by a day: what has room for one has room for the next. */
const roundTo = 2 ** 16

/** Left to the garbage collector, years of minutes would pile up to several times the memory that one needs. */
export const columnMemory = (): ColumnMemory => {
  const lent = new Set<ArrayBufferLike>()
  let free: ReadonlyArray<Float64Array> = []
  return {
    lend: (numbers) => {
      const [smallest] = free
        .filter((memory) => memory.length >= numbers)
        .toSorted((a, b) => a.length - b.length)
      const memory = smallest ?? new Float64Array(Math.ceil(numbers / roundTo) * roundTo)
      // What is too small for this one stays for those of other timeframes.
      free = free.filter((other) => other !== smallest)
      lent.add(memory.buffer)
      return memory
    },
    giveBack: ({ openTime: { buffer } }) => {
      if (lent.delete(buffer)) free = [...free, new Float64Array(buffer)]
    },
  }
}
