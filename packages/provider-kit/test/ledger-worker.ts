// One of several processes that share a ledger: books a call, makes it, and again, until it is killed or refused.
import { LimitReached } from "../src/limiter.ts"
import { openLimitLedger } from "../src/ledger.ts"

const { folder, url, budgets, cost, maxWaitMillis } = JSON.parse(process.argv[2] ?? "{}")
const ledger = await openLimitLedger(folder)
const limiter = ledger.limiterFor("acme", budgets)
try {
  for (;;) {
    await limiter.acquire(cost, { maxWaitMillis: maxWaitMillis ?? Number.POSITIVE_INFINITY })
    await (await fetch(`${url}/${process.pid}`)).text()
  }
} catch (error) {
  if (!(error instanceof LimitReached)) throw error
  process.stdout.write(`${error.message}\n`)
}
