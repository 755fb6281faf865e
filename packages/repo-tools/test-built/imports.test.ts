import { readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import {
  bareStartMillis,
  type ImportFindings,
  probeImport,
  type StatedImportTime,
  statedImportTime,
} from "../src/imports/probe-import.ts"
import { root, workspacePackages } from "../src/workspace.ts"

const entries = workspacePackages()
  .filter(({ manifest }) => manifest.private !== true)
  .flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([entry, at]) =>
      typeof at === "string" || at["default"] === undefined
        ? []
        : [
            {
              entry,
              folder,
              specifier: manifest.name + entry.slice(1),
              url: pathToFileURL(join(root, folder, at["default"])).href,
            },
          ],
    ),
  )

/** Highest ratio of an import to a bare start that a README's statement allows. */
const limit = ({ millis, bareMillis }: StatedImportTime): number => (1.6 * millis) / bareMillis + 0.5

const probed = new Map<string, Promise<ImportFindings>>()

/** Each entry is imported once for all tests; noise is the only reason to do it again. */
const probeOnce = (url: string): Promise<ImportFindings> => {
  const found = probed.get(url) ?? probeImport(url)
  probed.set(url, found)
  return found
}

describe("importing", () => {
  it("finds every public entry", () => expect(entries.length).toBeGreaterThan(20))

  it.each(entries)("$specifier does nothing else", async ({ url }) => {
    expect(await probeOnce(url)).toMatchObject({ refused: [], environment: [], globals: [], open: [] })
  })

  it.each(entries.filter(({ entry }) => entry === "."))(
    "$specifier takes the time that its README states",
    async ({ folder, url }) => {
      const stated = statedImportTime(readFileSync(join(root, folder, "README.md"), "utf8"))
      if (stated === undefined) throw new Error(`${folder}/README.md states no import time`)
      // Ratios of one machine in one minute, with room for noise; the best of a few, since noise only adds.
      let best = Number.POSITIVE_INFINITY
      for (let round = 0; round < 5 && best > limit(stated); round++) {
        const { cpuMillis } = await (round === 0 ? probeOnce(url) : probeImport(url))
        best = Math.min(best, cpuMillis / (await bareStartMillis()))
      }
      expect(best).toBeLessThan(limit(stated))
    },
  )

  it("would notice a module that does something else", async () => {
    const module = `
      import fs from "node:fs"
      try { fs.writeFileSync("never-written", "") } catch {}
      setInterval(() => {}, 100).ref()
      globalThis.leftBehind = process.env.ANYTHING
      setTimeout(() => process.exit(), 500)`
    const found = await probeImport(`data:text/javascript,${encodeURIComponent(module)}`)
    expect(found.refused).toEqual([expect.stringContaining("never-written")])
    expect(found.environment).toEqual([expect.stringContaining("ANYTHING")])
    expect(found.globals).toEqual(["leftBehind"])
    expect(found.open).toContain("Timeout")
  })
})
