import type { Budget, Pace } from "@barkeep/provider-kit"

/** Yahoo's address for charts; `query1` answers the same. */
export const yahooFinanceUrl = "https://query2.finance.yahoo.com"

/** What is asked of Yahoo; the symbol follows. */
export const chartPath = "/v8/finance/chart"

export const chartEndpoint = (vendorSymbol: string): string =>
  `${chartPath}/${encodeURIComponent(vendorSymbol)}`

/** Yahoo publishes no limit; these are our own numbers, chosen to stay unnoticed. */
export const callsBudget: Budget = { id: "calls-1m", unit: "calls", amount: 60, perMillis: 60_000 }

export const defaultPace: Pace = { calls: 2, perMillis: 1000 }

/** What one chart costs. */
export const chartCost = { [callsBudget.id]: 1 }
