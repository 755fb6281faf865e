// What is nasty about each vendor, and the test that bears its number: whoever removes or renames one has to look here.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"

const providers = join(import.meta.dirname, "../../providers")

/** Ten behaviours of each vendor, with the words that the title of their test begins with, after its number. */
const behaviours: Readonly<Record<string, ReadonlyArray<readonly [behaviour: string, title: string]>>> = {
  binance: [
    ["halts of the venue are holes, not gaps to fill", "real holes"],
    ["bars off the grid around restarts", "bars off the grid"],
    ["a bar before a halt closes early", "a close time that is too early"],
    ["microseconds in files from 2025 on", "the switch to microseconds on 2025-01-01"],
    ["timeframes of the archive disagree", "intervals that disagree with each other"],
    ["files are republished, cut short or lack days", "files that are republished or wrong"],
    ["the last row is alive", "the running bar"],
    ["a ban outlives the process", "a 418 that survives the process"],
    ["451 and 403 are no errors of the API", "refusals that are no errors of the API"],
    ["delisting and relisting leave silence", "a pair that was delisted and came back"],
  ],
  "yahoo-finance": [
    ["history is restated after splits", "history is restated"],
    ["the last row is the last trade", "the live row"],
    ["429 without counting", "a 429 that has nothing to do with counting"],
    ["404 for valid symbols", "a 404 does not mean delisted"],
    ["null rows, ragged columns, missing days", "null rows, ragged arrays, missing days"],
    ["early rows are corrected overnight", "early rows are wrong and corrected overnight"],
    ["coarser bars than asked for", "another granularity than the one asked for"],
    ["pence, hundredfold days, volumes in other units", "units"],
    ["bars that cannot be", "impossible bars"],
    ["dates that move with the zone", "time zone traps"],
  ],
  "alpha-vantage": [
    ["200 for every failure", "status 200 for every failure"],
    ["the limit's text repeats the key", "the text of the day's limit repeats the key"],
    ["free keys are refused, as JSON where CSV was asked for", "a free key is refused intraday bars"],
    ["one text for five faults", '"Invalid API call" means five things'],
    ["made-up rows", "made-up rows for endpoints of other plans"],
    ["times marked the end of bars once", "times mark the end of bars in old answers"],
    ["adjusted prices unless one says no", "prices are adjusted unless one says no"],
    ["naive times, newest first, sparse", "naive times of New York, newest first"],
    ["100 rows, or 30 days, without a word", "without a word the answer is cut to 100 rows"],
    ["one call a second; functions vanish", "one call a second, and functions that vanish"],
  ],
  coingecko: [
    ["candles carry their close", "candles are stamped with their close"],
    ["volumes of 24 hours", "total_volumes is a rolling sum of 24 hours"],
    ["spacing by the distance from now", "the spacing of points follows the distance from now"],
    ["points off the grid, a row of the moment", "points lie beside the grid"],
    ["symbols that several coins share", "a symbol is no id"],
    ["errors of many shapes", "errors come in many forms"],
    ["401 for too old", "401 for too old a range is no bad key"],
    ["119 seconds for a budget of a minute", "a 429 that asks for 119 seconds"],
    ["days that are refused", "days that CoinGecko does not take are never asked for"],
    ["candles of four days; ids that vanish", "candles turn into four days beyond thirty"],
  ],
}

/** Every title of a test or a group in a provider's tests that begins with a number. */
const numberedTitles = (provider: string): ReadonlyArray<string> => {
  const folder = join(providers, provider, "test")
  return readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .flatMap((name) => [
      ...readFileSync(join(folder, name), "utf8").matchAll(/\(\s*(["'`])(\d+[.:]? .*?)\1,/g),
    ])
    .map(([, , title = ""]) => title)
}

describe.each(Object.entries(behaviours))("what is nasty about %s", (provider, list) => {
  const titles = numberedTitles(provider)

  it.each(list.map(([behaviour, title], index) => ({ number: index + 1, behaviour, title })))(
    "$number: $behaviour",
    ({ number, title }) => {
      const wanted = [". ", ": ", " "].map((mark) => `${number}${mark}${title}`)
      expect(titles.filter((each) => wanted.some((begin) => each.startsWith(begin)))).not.toEqual([])
    },
  )
})
