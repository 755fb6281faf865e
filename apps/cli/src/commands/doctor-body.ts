import { openCache } from "@barkeep/cache-core"
import { barEnd, type EpochMillis, isoTime, openTimeOf } from "@barkeep/market-data"
import { createAlphaVantage } from "@barkeep/provider-alpha-vantage"
import { createBinance } from "@barkeep/provider-binance"
import type { BarProvider, CallOptions } from "@barkeep/provider-kit"
import { classifyTicker } from "@barkeep/ticker-classifier"
import type { Configuration } from "../configuration.ts"
import { exitCodes } from "../exit-codes.ts"
import { accountOptions, makeCoingecko, providerIds, type SharedOptions } from "../providers.ts"
import { readOverrides } from "../read-overrides.ts"
import { type Body, type CommandContext, errorLine } from "../run-command.ts"
import { settingNames } from "../settings.ts"
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

/** What `barkeep doctor` does. What stops other commands at once is one more finding here. */
export const run: Body<DoctorFlags> = async (flags, context) => {
  const { console, configure } = context
  const configuration = configure({ cacheDir: flags.cacheDir })
  const checks: Array<Check> = [
    { check: "Node", status: "ok", detail: process.version },
    await check("configuration", async () => {
      const overrides = readOverrides(configuration, providerIds)
      const set = settingNames.filter((name) => configuration.origins[name] !== "default")
      return [
        set.length === 0 ? "all defaults" : `set: ${set.join(", ")}`,
        ...(overrides.size > 0 ? [`${overrides.size} overrides`] : []),
      ].join("; ")
    }),
    await check("cache folder", async () => {
      const cache = await openCache(configuration.cacheDir)
      await cache.checkWritable()
      await cache.close()
      return cache.folder
    }),
    ...(await checkVendors(configuration, context)),
  ]
  if (flags.json) await console.write(`${JSON.stringify({ checks })}\n`)
  else
    await console.write(
      formatTable(
        [
          { heading: "check", cell: (row) => row.check },
          { heading: "status", cell: (row) => row.status },
          { heading: "detail", cell: (row) => row.detail },
        ],
        checks,
      ),
    )
  return checks.some(({ status }) => status === "problem") ? exitCodes.findings : exitCodes.done
}

/** Without a limit ledger no vendor may be asked. */
const checkVendors = async (
  configuration: Configuration,
  { console, signal, now }: CommandContext,
): Promise<ReadonlyArray<Check>> => {
  try {
    return await withVendors(configuration, console, now(), async ({ providers, shared, ledger }) => [
      { check: "limit ledger", status: "ok", detail: ledger.path },
      // All at once: each may have to wait for a vendor that does not answer.
      ...(await Promise.all([
        checkBinance(configuration, shared, now, { signal }),
        checkArchive(configuration, shared, now, { signal }),
        checkYahoo(providers, now, { signal }),
        checkAlphaVantage(configuration, shared, { signal }),
        check("CoinGecko", async () => {
          await makeCoingecko(configuration, shared).ping({ signal })
          return "reachable"
        }),
      ])),
    ])
  } catch (error) {
    signal.throwIfAborted()
    const detail = `${errorLine(error)}; no vendor is asked without it`
    return [{ check: "limit ledger", status: "problem", detail }]
  }
}

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
  now: () => EpochMillis,
  options: CallOptions,
): Promise<Check> =>
  check("Binance, clock", async () => {
    const sent = now()
    const theirs = await createBinance(accountOptions.binance(shared, binanceUrl)).serverTime(options)
    const skew = theirs - (sent + now()) / 2
    if (Math.abs(skew) > mostClockSkewMillis)
      throw new Error(
        `reachable, but the clocks differ by ${Math.round(skew / 1000)} s: set this machine's clock`,
      )
    return `reachable; clocks differ by ${Math.round(skew)} ms`
  })

/** A month of days that is surely published, with its checksum. */
const checkArchive = (
  { binanceUrl, binanceArchiveUrl }: Configuration,
  shared: SharedOptions,
  now: () => EpochMillis,
  options: CallOptions,
): Promise<Check> =>
  check("Binance's archive", async () => {
    const client = createBinance({
      ...accountOptions.binance(shared, binanceUrl),
      ...(binanceArchiveUrl === undefined ? {} : { archiveUrl: binanceArchiveUrl }),
      archive: "always",
    })
    const { instrument } = classifyTicker("BTCUSDT")
    const from = openTimeOf("1mo", now() - 75 * 86_400_000)
    const range = { from, to: barEnd("1mo", from) }
    let files = 0
    for await (const { provenance } of client.bars({ instrument, timeframe: "1d", range }, options))
      if (provenance.method === "archive") files += 1
    if (files === 0) throw new Error("answers, but has no file of BTCUSDT that should be there")
    return `reachable; checksum of ${isoTime(from).slice(0, 7)} is right`
  })

const checkYahoo = (
  providers: ReadonlyArray<BarProvider>,
  now: () => EpochMillis,
  options: CallOptions,
): Promise<Check> =>
  check("Yahoo Finance", async () => {
    const yahoo = providers.find(({ id }) => id === "yahoo-finance")
    const to = now()
    const { instrument } = classifyTicker("SPY")
    const range = { from: to - 10 * 86_400_000, to }
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
