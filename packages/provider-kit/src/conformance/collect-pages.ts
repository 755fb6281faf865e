import assert from "node:assert/strict"
import { barCount, type BarPage, type Bars, concatBars, type TimeRange } from "@barkeep/market-data"
import type { BarProvider, BarRequest, CallOptions } from "../bar-provider.ts"
import { ProviderError } from "../provider-error.ts"

export const collectPages = (
  provider: BarProvider,
  request: BarRequest,
  options?: CallOptions,
): Promise<ReadonlyArray<BarPage>> => Array.fromAsync(provider.bars(request, options))

export const barsOf = (pages: ReadonlyArray<BarPage>): Bars => concatBars(pages.map((page) => page.bars))

/** The error with which the question ends, and how many pages and rows came before it. */
export const failureOf = async (
  provider: BarProvider,
  request: BarRequest,
): Promise<{ readonly error: ProviderError; readonly pages: number; readonly rows: number }> => {
  let pages = 0
  let rows = 0
  try {
    for await (const page of provider.bars(request)) {
      pages += 1
      rows += barCount(page.bars)
    }
  } catch (error) {
    assert.ok(error instanceof ProviderError, `rejects with a ProviderError, not with ${String(error)}`)
    return { error, pages, rows }
  }
  return assert.fail(`ended after ${pages} pages and ${rows} rows without an error`)
}

/** The ranges follow each other without a hole or an overlap and start where the request starts. */
export const assertTiles = (pages: ReadonlyArray<BarPage>, range: TimeRange): void => {
  let end = range.from
  for (const [index, page] of pages.entries()) {
    assert.equal(page.range.from, end, `page ${index} starts where the one before it ends`)
    assert.ok(page.range.to > page.range.from, `page ${index} covers something`)
    end = page.range.to
  }
  assert.ok(end <= range.to, "the last page ends inside the request")
}

/** Time for calls that should not be made to be made. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50))
