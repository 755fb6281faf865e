#!/usr/bin/env node
import { existsSync } from "node:fs"
import { enableCompileCache } from "node:module"

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`barkeep needs Node 24 or newer; this is ${process.version} (${process.execPath})`)
  process.exit(4)
}
const program = new URL("../dist/barkeep.mjs", import.meta.url)
if (!existsSync(program)) {
  console.error("barkeep is not built yet: run `npx -y pnpm@12 build` in the repository")
  process.exit(4)
}
enableCompileCache()
await import(program.href)
