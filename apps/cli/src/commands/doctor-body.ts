import { isoTime } from "@barkeep/market-data"
import { createAlphaVantage } from "@barkeep/provider-alpha-vantage"
import { createBinance } from "@barkeep/provider-binance"
import { type BarProvider, type CallOptions, systemClock } from "@barkeep/provider-kit"
import { classifyTicker } from "@barkeep/ticker-classifier"
import { withCache } from "../with-cache.ts"
import type { Configuration } from "../configuration.ts"
import { exitCodes } from "../exit-codes.ts"
import { accountOptions, makeCoingecko, type SharedOptions } from "../providers.ts"
import { type Body, errorLine } from "../run-command.ts"
import { formatTable } from "../table.ts"
import { withVendors } from "../vendor-desk.ts"
import type { DoctorFlags } from "./doctor.ts"

/** One thing that was looked at. */
interface Check {
  readonly check: string
  readonly status: "ok" | "problem" | "not set up"
  readonly detail: string
}

/** A clock further off than this makes bars look closed that are not. */
const mostClockSkewMillis = 10_000

/** What `barkeep doctor` does. */
export const run: Body<DoctorFlags> = async (flags, { console, signal }) =>
  withCache(flags, ({ configuration, cache }) =>
    withVendors(configuration, console, systemClock.now(), async ({ providers, shared, ledger }) => {
      const checks: Array<Check> = [
        { check: "Node", status: "ok", detail: process.version },
        await check("cache folder", async () => {
          await cache.checkWritable()
          return cache.folder
        }),
        { check: "limit ledger", status: "ok", detail: ledger.path },
        await checkBinance(configuration, shared, { signal }),
        await checkYahoo(providers, { signal }),
        await checkAlphaVantage(configuration, shared, { signal }),
        await check("CoinGecko", async () => {
          await makeCoingecko(configuration, shared).ping({ signal })
          return "reachable"
        }),
      ]
      if (flags.json) await console.write(`${JSON.stringify({ checks })}\n`)
      else
        await console.write(
          formatTable(
            [
              { heading: "check", cell: (row) => row.check },
              {
                heading: "status",
                cell: (row) => row.status,
                paint: (row, { green, red, yellow }) =>
                  row.status === "ok" ? green : row.status === "problem" ? red : yellow,
              },
              { heading: "detail", cell: (row) => row.detail },
            ],
            checks,
            console.paint,
          ),
        )
      return checks.some(({ status }) => status === "problem") ? exitCodes.findings : exitCodes.done
    }),
  )

const check = async (name: string, body: () => Promise<string>): Promise<Check> => {
  try {
    return { check: name, status: "ok", detail: await body() }
  } catch (error) {
    return { check: name, status: "problem", detail: errorLine(error) }
  }
}

const checkBinance = (
  { binanceUrl }: Configuration,
  shared: SharedOptions,
  options: CallOptions,
): Promise<Check> =>
  check("Binance, clock", async () => {
    const sent = systemClock.now()
    const theirs = await createBinance(accountOptions.binance(shared, binanceUrl)).serverTime(options)
    const skew = theirs - (sent + systemClock.now()) / 2
    if (Math.abs(skew) > mostClockSkewMillis)
      throw new Error(
        `reachable, but the clocks differ by ${Math.round(skew / 1000)} s: set this machine's clock`,
      )
    return `reachable; clocks differ by ${Math.round(skew)} ms`
  })

const checkYahoo = (providers: ReadonlyArray<BarProvider>, options: CallOptions): Promise<Check> =>
  check("Yahoo Finance", async () => {
    const yahoo = providers.find(({ id }) => id === "yahoo-finance")
    const now = systemClock.now()
    const { instrument } = classifyTicker("SPY")
    const range = { from: now - 10 * 86_400_000, to: now }
    let last = Number.NaN
    for await (const page of yahoo?.bars({ instrument, timeframe: "1d", range }, options) ?? [])
      last = page.bars.openTime.at(-1) ?? last
    return Number.isNaN(last)
      ? "reachable, gave no bar of SPY"
      : `reachable; last day of SPY ${isoTime(last).slice(0, 10)}`
  })

const checkAlphaVantage = async (
  { alphaVantageKey, alphaVantageUrl, alphaVantageTier }: Configuration,
  shared: SharedOptions,
  options: CallOptions,
): Promise<Check> => {
  const name = "Alpha Vantage"
  if (alphaVantageKey === undefined)
    return { check: name, status: "not set up", detail: "set ALPHA_VANTAGE_KEY for intraday bars of stocks" }
  return check(name, async () => {
    const configured = alphaVantageTier === "premium" ? "premium" : "free"
    const client = createAlphaVantage({
      ...accountOptions.alphaVantage(shared, alphaVantageUrl, alphaVantageKey, configured),
      apiKey: alphaVantageKey,
      tier: configured,
    })
    const tier = await client.tierOfKey(options)
    if (tier !== configured)
      throw new Error(`the key is ${tier}, configured is ${configured}: set ALPHA_VANTAGE_TIER=${tier}`)
    return `reachable; the key is ${tier} (this check used one of its calls)`
  })
}
