import { isoTime } from "@barkeep/market-data"
import type { CallCost, Limiter, PauseKind } from "@barkeep/provider-kit"
import type { LedgerSnapshot } from "@barkeep/provider-kit/ledger"
import type { Console, Waiting } from "./console.ts"
import { errorLine } from "./run-command.ts"
import { formatCount, formatDuration } from "./table.ts"

/** Shorter waits are the ordinary pace of calls and nobody's news. */
const leastMillis = 1000

const pauseText: { readonly [kind in PauseKind]: string } = {
  "rate-limited": "asks to slow down",
  banned: "has banned this address for a while",
  "quota-exhausted": "says its quota is used up",
}

/**
 * Why a call of this cost has to wait, by what the ledger shows; `undefined` when only its turn is not there yet.
 * `account` is the ledger's name: the vendor, and what tells its accounts apart.
 */
export const waitingFor = (
  { vendors, at }: LedgerSnapshot,
  account: string,
  cost: CallCost,
): Waiting | undefined => {
  const limits = vendors.find(({ vendor }) => vendor === account)
  const name = account.split(" ")[0]
  const pause = limits?.pauses.at(-1)
  if (pause !== undefined && pause.until > at)
    return { reason: `${name} ${pauseText[pause.kind]}`, until: pause.until }
  const budget = limits?.budgets.find(({ id, used, amount }) => used + (cost[id] ?? 0) > amount)
  if (budget === undefined) return undefined
  const { amount, unit, perMillis, freesUpAt } = budget
  return {
    reason: `${name}'s ${formatCount(amount)} ${unit} in ${formatDuration(perMillis)} are used up`,
    until: freesUpAt,
  }
}

/** A limiter whose longer waits people hear about: beside the status line, or once as a line of their own. */
export const watchLimiter = (
  limiter: Limiter,
  account: string,
  snapshot: () => Promise<LedgerSnapshot>,
  console: Console,
): Limiter => {
  let waiters = 0
  let told: string | undefined
  const explain = async (cost: CallCost): Promise<void> => {
    const waiting = waitingFor(await snapshot(), account, cost)
    if (waiting === undefined || waiters === 0) return
    console.setWaiting(waiting)
    const text =
      waiting.until === undefined
        ? `${waiting.reason}; waiting`
        : `${waiting.reason}; going on at ${isoTime(waiting.until)}`
    if (!console.hasStatus && waiting.reason !== told) console.tell(text)
    else console.debug(text)
    told = waiting.reason
  }
  return {
    ...limiter,
    acquire: async (cost, options) => {
      waiters += 1
      const timer = setTimeout(() => {
        // The ledger's own failures reach the caller through `acquire`.
        explain(cost).catch((error: unknown) =>
          console.debug(`cannot tell why ${account} waits: ${errorLine(error)}`),
        )
      }, leastMillis).unref()
      try {
        await limiter.acquire(cost, options)
      } finally {
        clearTimeout(timer)
        waiters -= 1
        if (waiters === 0 && console.waiting !== undefined) {
          console.setWaiting(undefined)
          told = undefined
        }
      }
    },
  }
}
