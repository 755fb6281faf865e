import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { type Bars, barCount } from "@barkeep/market-data"
import { openCache } from "../src/index.ts"
import { putRequest } from "./files.ts"

/** Largest resident memory of a fresh process beyond what it had before it read, in MB. */
export const peakMemory = (folder: string, way: "whole" | "blocks"): number => {
  const child = spawnSync(
    process.execPath,
    ["--conditions=@barkeep/source", fileURLToPath(import.meta.url), folder, way],
    { encoding: "utf8" },
  )
  if (child.status !== 0) throw new Error(child.stderr)
  return Number(child.stdout)
}

/** The same for reading ten years block by block, which must cost no more than one. */
export const decadeMemory = async (folder: string, year: Bars): Promise<number> => {
  const cache = await openCache(folder, { compression: "fast", durability: "none" })
  const decade = 10
  for (let back = 0; back < decade; back += 1) {
    const shift = back * 365 * 86_400_000
    await cache.put(putRequest({ ...year, openTime: year.openTime.map((time) => time - shift) }))
  }
  await cache.close()
  return peakMemory(folder, "blocks")
}

/** `maxRSS` would start with what the parent had: only Linux tells the process's own peak. */
function peakBytes(): number {
  if (!existsSync("/proc/self/status")) return process.resourceUsage().maxRSS * 1024
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))
  return Number(peak?.[1]) * 1024
}

const [, self, folder, way] = process.argv
if (self === fileURLToPath(import.meta.url) && folder !== undefined) {
  const cache = await openCache(folder)
  const before = process.memoryUsage.rss()
  let rows = 0
  if (way === "whole") rows = barCount(await cache.read("BTCUSDT", "1m"))
  else for await (const bars of cache.readBlocks("BTCUSDT", "1m")) rows += barCount(bars)
  if (rows === 0) throw new Error("nothing read")
  process.stdout.write(String((peakBytes() - before) / 1e6))
}
