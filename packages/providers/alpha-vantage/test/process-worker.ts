// One of several processes with one key: asks for a stock until it is refused, on a machine that is slow to send and
// whose wall clock somebody sets all the time. Only the client is loaded, not the provider: eight of these start at once.
import { setTimeout as sleep } from "node:timers/promises"
import { createVendorClient, ProviderError, systemClock } from "@barkeep/provider-kit"
import { openLimitLedger, systemLedgerClock } from "@barkeep/provider-kit/ledger"

const { folder, baseUrl, apikey, budgets, symbol, latestMillis, setMillis } = JSON.parse(
  process.argv[2] ?? "{}",
)
const setBy = (): number => Math.round((Math.random() - 0.5) * 2 * setMillis)
const ledger = await openLimitLedger(folder, {
  clock: { ...systemLedgerClock, now: () => systemClock.now() + setBy() },
})
const client = createVendorClient({
  vendor: "alpha-vantage",
  baseUrl,
  limiter: ledger.limiterFor("one account", budgets),
  pace: { calls: 100, perMillis: 1 },
  secrets: [apikey],
  fetch: async (url, init) => {
    await sleep(Math.random() * latestMillis)
    return fetch(url, init)
  },
})
try {
  for (;;)
    await client.json({
      endpoint: "/query",
      query: { function: "TIME_SERIES_DAILY", symbol, apikey },
      cost: { "calls-1d": 1, "calls-1s": 1 },
      operation: { operation: "daily", symbol },
    })
} catch (error) {
  if (!(error instanceof ProviderError)) throw error
  process.stdout.write(error.reason._tag)
}
ledger.close()
