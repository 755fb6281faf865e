import { existsSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { TaggedError } from "@barkeep/market-data"

/** A setting is missing or unusable. */
export class ConfigurationError extends TaggedError<"ConfigurationError"> {
  readonly _tag = "ConfigurationError"
  override readonly name = "ConfigurationError"
  readonly key: string
  /** Where the value came from, or where it is expected. */
  readonly where: string

  constructor(options: { readonly key: string; readonly where: string; readonly issue: string }) {
    super(`${options.key} (${options.where}): ${options.issue}`)
    this.key = options.key
    this.where = options.where
  }
}

/** Every setting: its name in the environment and in `.env`, and its key in `barkeep.config.json`. */
const settings = {
  cacheDir: { variable: "BARKEEP_CACHE_DIR", isUrl: false },
  binanceUrl: { variable: "BARKEEP_BINANCE_URL", isUrl: true },
} as const

export type SettingName = keyof typeof settings

/** The settings in force; `undefined` = not set anywhere, the component's own default holds. */
export type Configuration = { readonly cacheDir: string } & {
  readonly [name in Exclude<SettingName, "cacheDir">]: string | undefined
}

/** What configuration is read from; the process's own by default. */
export interface ConfigurationSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly home: string
}

const processSources = (): ConfigurationSources => ({
  environment: process.env,
  folder: process.cwd(),
  platform: process.platform,
  home: homedir(),
})

/**
 * Flags, then the environment, then `.env`, then `barkeep.config.json` (both in the working folder), then defaults.
 * @throws {ConfigurationError} for an unreadable file, an unknown key or an address that is no http(s) URL
 */
export const loadConfiguration = (
  flags: { readonly [name in SettingName]?: string | undefined } = {},
  sources: ConfigurationSources = processSources(),
): Configuration => {
  const dotEnv = readDotEnv(sources.folder)
  const file = readConfigFile(sources.folder)
  const valueOf = (name: SettingName): string | undefined => {
    const { variable, isUrl } = settings[name]
    const candidates: ReadonlyArray<readonly [string, string | undefined]> = [
      ["flag", flags[name]],
      [`environment variable ${variable}`, sources.environment[variable]],
      [`${variable} in .env`, dotEnv[variable]],
      ["barkeep.config.json", file[name]],
    ]
    const found = candidates.find(([, value]) => value !== undefined && value !== "")
    if (found === undefined) return undefined
    const [where, value] = found as [string, string]
    if (isUrl && !/^https?:\/\//.test(value))
      throw new ConfigurationError({
        key: name,
        where,
        issue: `${JSON.stringify(value)} is no http(s) address`,
      })
    return value
  }
  return {
    cacheDir: valueOf("cacheDir") ?? defaultCacheDir(sources),
    binanceUrl: valueOf("binanceUrl"),
  }
}

/** The user's data folder: XDG's, or LOCALAPPDATA on Windows. */
const defaultCacheDir = ({ environment, platform, home }: ConfigurationSources): string => {
  const base =
    platform === "win32"
      ? (environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"))
      : (environment["XDG_DATA_HOME"] ?? join(home, ".local", "share"))
  return join(base, "barkeep", "cache")
}

const readDotEnv = (folder: string): NodeJS.Dict<string> => {
  const path = join(folder, ".env")
  return existsSync(path) ? parseEnv(readFileSync(path, "utf8")) : {}
}

const readConfigFile = (folder: string): { readonly [name in SettingName]?: string } => {
  const path = join(folder, "barkeep.config.json")
  if (!existsSync(path)) return {}
  const fail = (key: string, issue: string): never => {
    throw new ConfigurationError({ key, where: path, issue })
  }
  let content: unknown
  try {
    content = JSON.parse(readFileSync(path, "utf8"))
  } catch (error) {
    return fail("file", `is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  if (typeof content !== "object" || content === null || Array.isArray(content))
    return fail("file", "is no object")
  for (const [key, value] of Object.entries(content)) {
    if (!Object.hasOwn(settings, key))
      fail(key, `is no setting; known are ${Object.keys(settings).join(", ")}`)
    if (typeof value !== "string") fail(key, "is no text")
  }
  return content
}
