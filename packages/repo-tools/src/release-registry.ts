// Where the packages would go. They are private by intent: without a registry that somebody has configured for the
// scope, npm's public registry would be the default, so that case is refused instead.

export const scope = "@barkeep"

const publicHosts = new Set(["registry.npmjs.org", "registry.yarnpkg.com", "registry.npmmirror.com"])

/** Whether publishing may go ahead, and where to; else the reason with what to do. */
export type RegistryVerdict = { readonly registry: string } | { readonly refusal: string }

/**
 * Judges the registry that is configured for the scope, as `pnpm config get` prints it. With `expected`, no other
 * address will do.
 */
export const judgeRegistry = (configured: string, expected?: string): RegistryVerdict => {
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
  if (publicHosts.has(url.hostname))
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
