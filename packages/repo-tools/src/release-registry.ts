// Where the packages would go. They are private by intent: without a registry that somebody has configured for the
// scope, npm's public registry would be the default, so that case is refused instead.
import { spawnSync } from "node:child_process"
import { tmpdir } from "node:os"
import { join } from "node:path"

export const scope = "@barkeep"

/** The registry that npm takes when nobody has configured any: the public one. */
export const publicRegistry = (): string => {
  const environment = Object.entries(process.env).filter(([name]) => !/^npm_config_/i.test(name))
  // npm wants two different files; neither exists.
  const absent = (name: string): string => join(tmpdir(), "barkeep-no-npmrc", name)
  const { status, stdout, error } = spawnSync(
    "npm",
    ["config", "get", "registry", `--userconfig=${absent("user")}`, `--globalconfig=${absent("global")}`],
    {
      cwd: tmpdir(),
      env: Object.fromEntries(environment),
      encoding: "utf8",
      shell: process.platform === "win32",
    },
  )
  if (status !== 0) throw new Error(`npm did not name its own registry: ${status ?? String(error)}`)
  return stdout.trim()
}

/** Whether publishing may go ahead, and where to; else the reason with what to do. */
export type RegistryVerdict = { readonly registry: string } | { readonly refusal: string }

/**
 * Judges the registry that is configured for the scope, as `pnpm config get` prints it. It must not be the public one;
 * with `expected`, no other address will do.
 */
export const judgeRegistry = (
  configured: string,
  publicAddress: string,
  expected?: string,
): RegistryVerdict => {
  const text = configured.trim()
  if (text === "" || text === "undefined" || text === "null")
    return {
      refusal:
        `No registry is configured for ${scope}, so nothing is published. Name it in your user-level .npmrc:\n` +
        `  ${scope}:registry=https://npm.example.com/\n` +
        "packages/repo-tools/README.md has the lines for the common private registries.",
    }
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    return { refusal: `The registry configured for ${scope} is not an http address: ${text}` }
  if (url.hostname === URL.parse(publicAddress)?.hostname)
    return {
      refusal:
        `The registry configured for ${scope} is ${url.hostname}, which is public, so nothing is published. ` +
        `Name a private one: ${scope}:registry=https://npm.example.com/`,
    }
  if (expected !== undefined && url.href !== expected)
    return {
      refusal: `The registry configured for ${scope} is ${url.href}, not ${expected}, so nothing is published.`,
    }
  return { registry: url.href }
}
