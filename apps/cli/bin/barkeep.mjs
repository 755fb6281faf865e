#!/usr/bin/env node
import { enableCompileCache } from "node:module"

if (Number.parseInt(process.versions.node, 10) < 24) {
  console.error(`barkeep needs Node 24 or newer; this is ${process.version} (${process.execPath})`)
  process.exit(4)
}
enableCompileCache()
await import("../dist/barkeep.mjs")
