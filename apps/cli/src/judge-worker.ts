import { parentPort } from "node:worker_threads"
import { openCache } from "@barkeep/cache-core"
import { validateSymbol } from "@barkeep/validation"
import type { JudgeMessage, JudgeTask } from "./judge-messages.ts"
import { validationSource } from "./validation-source.ts"

/** Entry of a worker thread that judges one symbol after another, each from files that it opens itself. */
parentPort?.on("message", (task: JudgeTask) => void judge(task))

const say = (message: JudgeMessage): void => parentPort?.postMessage(message, [])

const judge = async ({ cacheDir, entries, options }: JudgeTask): Promise<void> => {
  try {
    const cache = await openCache(cacheDir)
    const reports = await validateSymbol(validationSource(cache), entries, {
      ...options,
      onYear: (year) => say({ _tag: "YearJudged", year }),
    })
    say({ _tag: "SymbolJudged", reports })
  } catch (error) {
    say({ _tag: "Failed", error })
  }
}
