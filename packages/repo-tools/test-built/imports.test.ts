import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, it } from "vitest"
import { probeImport } from "../src/imports/probe-import.ts"
import { root, workspacePackages } from "../src/workspace.ts"

const entries = workspacePackages()
  .filter(({ manifest }) => manifest.private !== true)
  .flatMap(({ folder, manifest }) =>
    Object.entries(manifest.exports ?? {}).flatMap(([entry, at]) =>
      typeof at === "string" || at["default"] === undefined
        ? []
        : [
            {
              specifier: manifest.name + entry.slice(1),
              url: pathToFileURL(join(root, folder, at["default"])).href,
            },
          ],
    ),
  )

describe("importing", () => {
  it("finds every public entry", () => expect(entries.length).toBeGreaterThan(20))

  it.each(entries)("$specifier does nothing else", async ({ url }) => {
    expect(await probeImport(url)).toMatchObject({ refused: [], environment: [], globals: [], open: [] })
  })

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
