/** How far a bar has come when a part of its time has passed. */
export interface BarProgress {
  readonly high: number
  readonly low: number
  readonly close: number
}

/**
 * What an open bar shows after `fraction` of its time: the price walks in straight lines from the open to the
 * nearer extreme of the first third, to the other one in the second and to the close in the last.
 * @param fraction in `[0, 1)`; at 0 everything is the open
 * @returns numbers between the bar's low and high, not on any price grid
 */
export const barProgress = (
  bar: { readonly open: number; readonly high: number; readonly low: number; readonly close: number },
  fraction: number,
): BarProgress => {
  const falls = bar.close < bar.open
  const stations = falls ? [bar.open, bar.high, bar.low, bar.close] : [bar.open, bar.low, bar.high, bar.close]
  const leg = Math.min(2, Math.floor(fraction * 3))
  const from = stations[leg] as number
  const close = from + ((stations[leg + 1] as number) - from) * (fraction * 3 - leg)
  const seen = [...stations.slice(0, leg + 1), close]
  return { high: Math.max(...seen), low: Math.min(...seen), close }
}
