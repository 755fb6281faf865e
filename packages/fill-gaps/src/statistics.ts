/** The middle value; NaN of none. */
export const median = (values: ReadonlyArray<number>): number => {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values).toSorted()
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

/**
 * The typical size of the values: the mean of the smaller nine tenths of their absolute values. A tenth of outliers
 * does not move it, and unlike a median it is not zero where half of the values are.
 */
export const typicalSize = (values: ReadonlyArray<number>): number => {
  if (values.length === 0) return Number.NaN
  const sorted = Float64Array.from(values, Math.abs).toSorted()
  const count = Math.max(1, Math.floor(sorted.length * 0.9))
  let sum = 0
  for (let index = 0; index < count; index += 1) sum += sorted[index] as number
  return sum / count
}

/** Pearson's correlation; NaN when one of them does not vary. */
export const correlation = (left: ReadonlyArray<number>, right: ReadonlyArray<number>): number => {
  const meanLeft = mean(left)
  const meanRight = mean(right)
  let product = 0
  let squareLeft = 0
  let squareRight = 0
  for (const [index, value] of left.entries()) {
    const a = value - meanLeft
    const b = (right[index] as number) - meanRight
    product += a * b
    squareLeft += a * a
    squareRight += b * b
  }
  return squareLeft === 0 || squareRight === 0 ? Number.NaN : product / Math.sqrt(squareLeft * squareRight)
}

const mean = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
