// Runs a program in this process and says, when it ends, what it took: `node measured.mjs PROGRAM [argument …]`.
import { writeSync } from "node:fs"
import { pathToFileURL } from "node:url"

const [, self, program, ...args] = process.argv
process.argv = [process.argv[0], program ?? self, ...args]
process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeSync(
    3,
    JSON.stringify({
      cpuMillis: (userCPUTime + systemCPUTime) / 1000,
      wallMillis: process.uptime() * 1000,
      maxRssBytes: maxRSS * 1024,
    }),
  )
})
await import(pathToFileURL(program).href)
