import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { afterAll, expect, it } from "vitest"
import { systemClock } from "@barkeep/provider-kit"
import { hour, local } from "./fixture.ts"
import { startYahoo } from "./yahoo-server.ts"

const folder = join(import.meta.dirname, "..")
const blocks = [...readFileSync(join(folder, "README.md"), "utf8").matchAll(/```ts\n([^]*?)```/g)].map(
  ([, code]) => code ?? "",
)

const server = await startYahoo(systemClock, [
  {
    vendorSymbol: "AAPL",
    timeZone: "America/New_York",
    session: [9.5 * hour, 16 * hour],
    listedAt: local("1980-12-12 00:00"),
  },
])
afterAll(() => server[Symbol.asyncDispose]())

const run = async (code: string): Promise<string> => {
  const options = { cwd: folder, env: { ...process.env, BARKEEP_YAHOO_URL: server.baseUrl } }
  const flags = ["--conditions=@barkeep/source", "--input-type=module-typescript", "--eval", code]
  return (await promisify(execFile)(process.execPath, flags, options)).stdout
}

it.each([
  [0, /^1\n65 true \{ currency: 'USD' \}\n0 0\n$/],
  [1, /^1\n$/],
])("example %i of the README runs", async (index, output) => {
  expect(await run(blocks[index] ?? "")).toMatch(output)
})
