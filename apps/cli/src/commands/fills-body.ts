import type { Fill } from "@barkeep/cache-core"
import { isoTime } from "@barkeep/market-data"
import { jsonDocument } from "../json-document.ts"
import type { Body } from "../run-command.ts"
import { formatBytes, formatCount, formatTable } from "../table.ts"
import { withCache } from "../with-cache.ts"
import type { FillsFlags } from "./fills.ts"

/** What `barkeep fills` does. */
export const run: Body<FillsFlags> = async (input, context) => {
  const { console } = context
  await withCache(input, context, async ({ cache }) => {
    if (input.drop !== undefined) {
      await cache.dropUndo(input.drop)
      console.tell(`${input.drop}: the files of before are deleted; its bars stay`)
    }
    const fills = await cache.listFills()
    if (input.json) return console.write(jsonDocument({ fills }))
    if (fills.length === 0) return console.write("No fills.\n")
    await console.write(
      formatTable(
        [
          { heading: "fill", cell: ({ id }) => id },
          { heading: "when", cell: ({ at }) => isoTime(at - (at % 1000)) },
          { heading: "symbol", cell: ({ symbol }) => symbol },
          { heading: "timeframe", cell: ({ timeframe }) => timeframe },
          { heading: "bars", align: "right", cell: ({ rows }) => formatCount(rows) },
          { heading: "from", cell: sources },
          { heading: "kept", align: "right", cell: ({ keptBytes }) => formatBytes(keptBytes) },
          { heading: "state", cell: stateText },
        ],
        fills,
        console.paint,
      ),
    )
  })
}

const sources = ({ spans }: Fill): string =>
  [
    ...new Set(
      spans.map(({ provider, method, evidence }) =>
        method === "resampled"
          ? `finer bars (${evidence?.["resampledFrom"]})`
          : String(evidence?.["donor"] ?? provider),
      ),
    ),
  ].join(", ") || "-"

const stateText = ({ state, undone }: Fill): string =>
  state === "undone" && undone !== undefined
    ? `undone ${isoTime(undone.at - (undone.at % 1000))}, ${formatCount(undone.rows)} bars`
    : state === "gone"
      ? "no bars left"
      : "in the cache"
