// TypeScript with the Effect diagnostics (floating effects and the like) where @effect/tsgo has a binary for this
// platform, else the plain compiler. Same arguments as tsc.
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const require = createRequire(import.meta.url)

const effectCompiler = (): string | undefined => {
  const root = dirname(require.resolve("@effect/tsgo/package.json"))
  const found = spawnSync(process.execPath, [join(root, "dist/effect-tsgo.cjs"), "get-exe-path"], {
    encoding: "utf8",
  })
  return found.status === 0 ? found.stdout.trim() : undefined
}

const compiler = effectCompiler()
if (compiler === undefined)
  console.error("effect-tsgo has no binary for this platform: types are checked by tsc alone")
const [command, prefix] =
  compiler === undefined
    ? [process.execPath, [join(dirname(require.resolve("typescript/package.json")), "bin/tsc")]]
    : [compiler, []]
process.exitCode = spawnSync(command, [...prefix, ...process.argv.slice(2)], { stdio: "inherit" }).status ?? 1
