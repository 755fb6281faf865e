import { join } from "node:path"
import { findSchemaIssue, type JsonSchema } from "@barkeep/validation"
import { startVendorSimulator } from "@barkeep/vendor-simulator"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { keepFolder } from "./kept-folder.ts"
import { at, cryptoLines, csv, gzip, unifiedMetadata, writeTree } from "./old-caches.ts"
import { runApp } from "./run-app.ts"
import { schemaOf } from "./schema-of.ts"

const folder = keepFolder()
let simulator: Awaited<ReturnType<typeof startVendorSimulator>>

beforeAll(async () => {
  simulator = await startVendorSimulator({ seed: 7 })
  for (const [name, url] of Object.entries(simulator.urls)) vi.stubEnv(name, url)
  vi.stubEnv("BARKEEP_STATE_DIR", join(folder, "state"))
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await simulator.close()
})

/** The document of a run, after it was held against its schema. */
const documentOf = async (schema: string, args: ReadonlyArray<string>): Promise<Record<string, unknown>> => {
  const { stdout, stderr } = await runApp([...args, "--json"])
  if (stdout === "") throw new Error(`nothing on stdout of ${args.join(" ")}: ${stderr}`)
  const document = JSON.parse(stdout) as Record<string, unknown>
  expect([args.join(" "), findSchemaIssue(schemaOf(schema), document)]).toEqual([args.join(" "), undefined])
  return document
}

describe("--json documents of whole ways conform to their schemas", () => {
  it("validate, fill-gaps, explain, fills, undo", async () => {
    const cache = ["--cache-dir", join(folder, "filled")]
    const populate = async (from: string, to: string) => {
      const { code } = await runApp([
        ...["populate", "--quiet", "--symbols", "ETHUSDT", "--intervals", "1h"],
        ...["--start-date", from, "--end-date", to],
        ...cache,
      ])
      return code
    }
    await populate("2023-04-01", "2023-04-19")
    simulator.setFaults([{ match: { endpoint: "klines" }, times: 1, fault: { type: "empty-page" } }])
    expect(await populate("2023-04-20", "2023-04-20")).toBe(3)
    await populate("2023-04-21", "2023-04-30")
    await documentOf("validate", ["validate", ...cache])
    const missing = ["explain", "ETHUSDT", "1h", "2023-04-20T05:00:00Z", ...cache]
    expect(await documentOf("explain", missing)).toMatchObject({
      time: "2023-04-20T05:00:00Z",
      gap: { start: "2023-04-20T00:00:00Z", missingBars: 24 },
    })
    expect(await documentOf("fill-gaps-plan", ["fill-gaps", "--plan", ...cache])).toMatchObject({
      questions: [{ symbol: "ETHUSDT" }],
    })
    const filled = await documentOf("fill-gaps", ["fill-gaps", ...cache])
    expect(filled).toMatchObject({ filled: 1, rowsAdded: 24 })
    const [id = ""] = filled["fillIds"] as ReadonlyArray<string>
    expect(await documentOf("explain", missing)).toMatchObject({
      bar: { openTime: "2023-04-20T05:00:00Z" },
      fill: { id },
    })
    expect(await documentOf("fills", ["fills", ...cache])).toMatchObject({
      fills: [{ id, state: "present" }],
    })
    expect(await documentOf("fill-gaps-undo", ["fill-gaps", "--undo", id, ...cache])).toMatchObject({
      rowsRemoved: 24,
    })
    expect(await documentOf("fills", ["fills", ...cache])).toMatchObject({ fills: [{ id, state: "undone" }] })
  }, 60_000)

  it("migrate, its verification and its rollback", async () => {
    const old = writeTree(join(folder, "old"), {
      "BTCUSDT/1h/2023.csv.gz": gzip(csv(cryptoLines(at("2023-01-01"), 48, 3_600_000))),
      "BTCUSDT/1h/2023.metadata.json": unifiedMetadata("binance", "BTCUSDT", "1h", 2023),
    })
    const migrate = ["migrate", "--old-cache", old, "--new-cache", join(folder, "new")]
    await documentOf("migrate-plan", [...migrate, "--dry-run"])
    const migrated = await documentOf("migrate", [...migrate, "--migrate"])
    expect(migrated).toMatchObject({ status: "migrated", plan: { fates: { kept: { rows: 48 } } } })
    const id = migrated["id"] as string
    expect(await documentOf("migrate-verify", [...migrate, "--verify", id])).toMatchObject({
      rows: 48,
      problems: [],
    })
    expect(await documentOf("migrate-rollback", [...migrate, "--rollback", id])).toMatchObject({
      entries: 1,
      left: [],
    })
  })
})

it("a schema notices a document that is another", () => {
  const stats: JsonSchema = schemaOf("stats")
  expect(findSchemaIssue(stats, { folder: "x", entries: [] })).toBeDefined()
  expect(findSchemaIssue(schemaOf("explain"), { symbol: "A", time: 5 })).toBeDefined()
})
