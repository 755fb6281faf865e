import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { createInterface, type Interface } from "node:readline"
import { setTimeout } from "node:timers/promises"
import { bundleWriter } from "./bundle-writer.ts"
import type { Acknowledged, Replaced } from "./kill-entries.ts"
import { integerOf } from "./seeded-random.ts"

/** What a writer is told to do before it is killed. */
export interface Life {
  readonly folder: string
  /** The same for all writers of a cache, epoch milliseconds. */
  readonly startedAt: number
  /** Writes that it finishes; it is killed during the next one. */
  readonly writes: number
  /** When during that: 0 right away, 1 about as long after as a write takes twice. */
  readonly moment: number
  readonly onPut: (put: Acknowledged) => void
}

/** Writers that load while others write: loading takes longer than a writer lives. */
export interface WriterPool {
  /** Lets a writer write and kills it with SIGKILL; false when it ended by itself. Its acknowledgements have come then. */
  readonly live: (life: Life) => Promise<boolean>
  readonly end: () => Promise<void>
}

/** @param folder for the writers' code and what they do before they are ready */
export const makeWriterPool = async (
  folder: string,
  size: number,
  entries: number,
  random: () => number,
): Promise<WriterPool> => {
  await bundleWriter(join(folder, "writer.mjs"))
  const start = (): Writer => startWriter(folder, integerOf(random, 0, 2 ** 30), entries)
  const waiting = Array.from({ length: size }, start)
  const pace: Pace = { writeMillis: 20 }
  return {
    live: async (life) => {
      const writer = waiting.shift() ?? start()
      await writer.ready
      waiting.push(start())
      await Promise.race([writeOn(writer, life, pace), writer.ended])
      return kill(writer)
    },
    end: async () => {
      await Promise.all(waiting.map(kill))
    },
  }
}

interface Writer {
  readonly child: ChildProcess
  readonly lines: Interface
  /** Resolves also when it ended before. */
  readonly ready: Promise<void>
  readonly ended: Promise<void>
}

/** How long a write takes on this machine now, so that kills fall into writes and not behind them. */
interface Pace {
  writeMillis: number
}

const startWriter = (folder: string, seed: number, entries: number): Writer => {
  const child = spawn(
    process.execPath,
    [join(folder, "writer.mjs"), join(folder, "rehearsal"), String(seed), String(entries)],
    {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, NODE_COMPILE_CACHE: join(folder, "compiled") },
    },
  )
  const lines = createInterface({ input: child.stdout })
  // "close" comes after the last line: what was acknowledged before the kill counts.
  const ended = new Promise<void>((resolve) => void child.once("close", () => resolve()))
  const ready = new Promise<void>((resolve) => void lines.once("line", () => resolve()))
  // Telling something to one that is dead already: that it died shows when it is killed.
  child.stdin.on("error", () => {})
  return { child, lines, ready: Promise.race([ready, ended]), ended }
}

const writeOn = async ({ child, lines }: Writer, life: Life, pace: Pace): Promise<void> => {
  let last = performance.now()
  let left = life.writes
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      const written = JSON.parse(line) as Acknowledged | Replaced
      if ("symbol" in written) life.onPut(written)
      const now = performance.now()
      pace.writeMillis = 0.9 * pace.writeMillis + 0.1 * (now - last)
      last = now
      if (--left === 0) resolve()
    })
    child.stdin?.write(`${JSON.stringify({ folder: life.folder, startedAt: life.startedAt })}\n`)
    if (left === 0) resolve()
  })
  await setTimeout(life.moment * 2 * pace.writeMillis)
}

const kill = async ({ child, ended }: Writer): Promise<boolean> => {
  const wasAlive = child.kill("SIGKILL")
  await ended
  return wasAlive
}
