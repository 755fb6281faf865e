// Cleans a cache up and puts readable rows back, until it is killed: node cleanup-child.ts. Says "ready", then waits for
// a line with the folder.
import { once } from "node:events"
import { createInterface } from "node:readline"
import { openCacheFiles } from "@barkeep/cache-core"
import { cleanCache, salvageCases } from "@barkeep/cleanup"
import { runPromise, succeed } from "effect/Effect"

// What the first write loads is loaded before the kills begin.
await runPromise(succeed(undefined))
process.stdout.write("ready\n")
const [folder] = (await once(createInterface({ input: process.stdin }), "line")) as [string]
const files = await openCacheFiles(folder, { durability: "none" })
await cleanCache({ files, mode: "cleanup" })
await salvageCases({ files })
await files.close()
process.stdout.write("done\n")
process.exit()
