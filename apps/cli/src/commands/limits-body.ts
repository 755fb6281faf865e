import { isoTime } from "@barkeep/market-data"
import { openLimitLedger } from "@barkeep/provider-kit/ledger"
import { formatCount, formatDuration, formatTable } from "../table.ts"
import type { Body } from "../run-command.ts"
import type { LimitsFlags } from "./limits.ts"

/** What `barkeep limits` does. */
export const run: Body<LimitsFlags> = async ({ json }, { console, configure }) => {
  const { stateDir } = configure()
  const ledger = await openLimitLedger(stateDir)
  try {
    const { at, vendors } = await ledger.snapshot()
    if (json) {
      const document = vendors.map(({ vendor, budgets, pauses }) => ({
        vendor,
        budgets: budgets.map(({ freesUpAt, ...budget }) => ({
          ...budget,
          freesUpAt: freesUpAt === undefined ? null : isoTime(freesUpAt),
        })),
        pauses: pauses.map(({ kind, until, since }) => ({
          kind,
          until: isoTime(until),
          since: isoTime(since),
        })),
      }))
      return console.write(`${JSON.stringify({ at: isoTime(at), ledger: ledger.path, vendors: document })}\n`)
    }
    if (vendors.length === 0) return console.note(`No vendor has been asked yet (${ledger.path})`)
    await console.write(
      formatTable(
        [
          { heading: "vendor", cell: (row) => row.vendor },
          { heading: "budget", cell: (row) => row.budget.id },
          { heading: "used", cell: (row) => formatCount(row.budget.used), align: "right" },
          {
            heading: "of",
            cell: (row) => `${formatCount(row.budget.amount)} ${row.budget.unit}`,
            align: "right",
          },
          { heading: "in any", cell: (row) => formatDuration(row.budget.perMillis), align: "right" },
          {
            heading: "frees up",
            cell: ({ budget: { freesUpAt } }) => (freesUpAt === undefined ? "-" : isoTime(freesUpAt)),
          },
        ],
        vendors.flatMap(({ vendor, budgets }) => budgets.map((budget) => ({ vendor, budget }))),
      ),
    )
    for (const { vendor, pauses } of vendors)
      for (const { kind, until } of pauses)
        await console.write(`${vendor}: ${kind} until ${isoTime(until)}\n`)
  } finally {
    ledger.close()
  }
}
