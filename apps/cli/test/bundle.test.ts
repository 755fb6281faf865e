import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import { once } from "node:events"
import { describe, expect, it } from "vitest"
import { app } from "../src/app.ts"
import { cliBin } from "./barkeep.ts"

const dist = join(import.meta.dirname, "../dist")
const chunks = readdirSync(join(dist, "chunks"))

/** A Node of the system that is too old, if there is one. */
const olderNode = ["/usr/bin/node", "/usr/local/bin/node"].find((path) => {
  const { status, stdout } = spawnSync(path, ["-p", "process.versions.node"], { encoding: "utf8" })
  return status === 0 && Number.parseInt(stdout, 10) < 24
})

/** The file and all that it imports, directly or not, before anything of it runs. */
const neededBy = (first: string): ReadonlySet<string> => {
  const files = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const [, name] of readFileSync(file, "utf8").matchAll(/^import\b[^;]*?"(\.[^"]+)";$/gm))
      visit(join(file, "..", name as string))
  }
  visit(first)
  return files
}

describe("the bundle", () => {
  it("needs no other package: every import is Node's or a chunk's", () => {
    const files = [join(dist, "barkeep.mjs"), ...chunks.map((name) => join(dist, "chunks", name))]
    const foreign = files.flatMap((file) =>
      [...readFileSync(file, "utf8").matchAll(/^(?:import|export)\b[^;]*? from "([^"]+)";$/gm)]
        .map(([, name]) => name as string)
        .filter((name) => !name.startsWith("./") && !name.startsWith("../") && !name.startsWith("node:"))
        .filter(
          (name) =>
            ![
              "fs",
              "path",
              "events",
              "stream",
              "child_process",
              "zlib",
              "util",
              "fs/promises",
              "timers",
            ].includes(name),
        ),
    )
    expect(foreign).toEqual([])
  })

  it("keeps the code of each command in a chunk of its own, out of the start", () => {
    const start = neededBy(join(dist, "barkeep.mjs"))
    const names = [...start].map((file) => file.slice(dist.length + 1))
    expect(names.filter((name) => /-body-|validation|temporal|client-|open-cache/.test(name))).toEqual([])
    const commands = app.subcommands.flatMap((group) => group.commands.map(({ name }) => name))
    const lacking = commands.filter((name) => !chunks.some((chunk) => chunk.startsWith(`${name}-body-`)))
    expect(lacking).toEqual([])
  })

  it("keeps what judges bars out of a validation that finds nothing changed", () => {
    const bodies = chunks.filter((name) => name.startsWith("validate-body-"))
    const code = bodies.flatMap((name) =>
      [...neededBy(join(dist, "chunks", name))].map((file) => readFileSync(file, "utf8")),
    )
    const modules = code.flatMap((text) => [...text.matchAll(/^\/\/ (.*\.ts)$/gm)].map(([, name]) => name))
    expect(modules).toContain("../../packages/cache-core/src/cache-state.ts")
    expect(
      modules.filter((name) =>
        /scan-rows|run-validation|open-cache|trading-calendar|validate-cache/.test(name ?? ""),
      ),
    ).toEqual([])
    expect(code.filter((text) => text.includes("temporal-polyfill/"))).toEqual([])
  })

  it("cache-core's worker threads find their file beside the code that starts them", async () => {
    const starter = chunks.filter((name) =>
      readFileSync(join(dist, "chunks", name), "utf8").includes("barkeep-decode"),
    )
    expect(starter.length).toBe(1)
    expect(existsSync(join(dist, "chunks/decode-worker.js"))).toBe(true)
    const worker = new Worker(join(dist, "chunks/decode-worker.js"))
    // A job without work: the answer is its number.
    worker.postMessage({ id: 7, bytes: new Uint8Array(), blocks: [], runs: [], state: new Int32Array(1) }, [])
    expect(await once(worker, "message")).toEqual([7])
    await worker.terminate()
  })

  it.skipIf(olderNode === undefined)(
    "turns an older Node away with one line (skipped where there is none)",
    () => {
      const { status, stderr, stdout } = spawnSync(olderNode as string, [cliBin, "--help"], {
        encoding: "utf8",
      })
      expect([status, stdout]).toEqual([4, ""])
      expect(stderr).toMatch(/^barkeep needs Node 24 or newer; this is v\d+\.[^\n]*\n$/)
    },
  )
})
