/** The value in the middle, of an even number of them the larger one of the two; `undefined` of none. In any order. */
export const median = (values: ReadonlyArray<number>): number | undefined => {
  const sorted = Float64Array.from(values).toSorted()
  return sorted[sorted.length >>> 1]
}
