import { parentPort } from "node:worker_threads"
import { openCache } from "@barkeep/cache-core"
import { validateSymbol, type ValidationSource } from "@barkeep/validation"
import type { JudgeMessage, JudgeTask } from "./judge-messages.ts"
import { knownInstrument } from "./known-instrument.ts"
import { validationSource } from "./validation-source.ts"

/** Entry of a worker thread that judges one symbol after another, each from files that it opens itself. */
parentPort?.on("message", (task: JudgeTask) => void judge(task))

const say = (message: JudgeMessage): void => parentPort?.postMessage(message, [])

let opened: { readonly cacheDir: string; readonly source: ValidationSource } | undefined

/** The same source for all symbols: they share the memory that years are read into. */
const sourceOf = async (cacheDir: string): Promise<ValidationSource> => {
  if (opened?.cacheDir !== cacheDir) {
    const cache = await openCache(cacheDir, { instrumentOf: knownInstrument })
    opened = { cacheDir, source: validationSource(cache) }
  }
  return opened.source
}

const judge = async ({ cacheDir, entries, options }: JudgeTask): Promise<void> => {
  try {
    const reports = await validateSymbol(await sourceOf(cacheDir), entries, {
      ...options,
      onYear: (year) => say({ _tag: "YearJudged", year }),
    })
    say({ _tag: "SymbolJudged", reports })
  } catch (error) {
    say({ _tag: "Failed", error })
  }
}
