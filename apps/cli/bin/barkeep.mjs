#!/usr/bin/env node
// Older versions have to understand this file up to the place where it turns them away.
import { existsSync } from "node:fs"
import module from "node:module"

if (Number.parseInt(process.versions.node, 10) < 24) {
  process.stderr.write(`barkeep needs Node 24 or newer; this is ${process.version} (${process.execPath})\n`)
  process.exit(4)
}
const program = new URL("../dist/barkeep.mjs", import.meta.url)
if (!existsSync(program)) {
  process.stderr.write("barkeep is not built yet: run `npx -y pnpm@12 build` in the repository\n")
  process.exit(4)
}
module.enableCompileCache()
await import(program.href)
