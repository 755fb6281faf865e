import { existsSync, readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { parseEnv } from "node:util"
import { TaggedError } from "@barkeep/market-data"
import { defaultLogLevel } from "./log.ts"
import { isSecret, type SettingKind, type SettingName, settingNames, settings } from "./settings.ts"

/** A setting is missing or unusable. Never holds the value of a secret. */
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

/** The settings in force; `undefined` = not set anywhere, the component's own default holds. */
export type Configuration = { readonly [name in SettingName]: string | undefined } & {
  readonly cacheDir: string
  readonly stateDir: string
  /** Where each value came from, for `barkeep config`. */
  readonly origins: { readonly [name in SettingName]: string }
}

/** Settings that the command line has. */
export type SettingFlags = { readonly [name in SettingName]?: string | undefined }

/** What configuration is read from; the process's own by default. */
export interface ConfigurationSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** The process's own, with this environment. */
export const processSources = (
  environment: ConfigurationSources["environment"] = process.env,
): ConfigurationSources => ({
  environment,
  folder: process.cwd(),
  platform: process.platform,
  home: homedir(),
})

/**
 * Flags, then the environment, then `.env`, then `barkeep.config.json` (both in the working folder), then defaults.
 * @throws {ConfigurationError} for an unreadable file, an unknown key, or a value that its setting cannot have
 */
export const loadConfiguration = (
  flags: SettingFlags = {},
  sources: ConfigurationSources = processSources(),
): Configuration => {
  const dotEnv = readDotEnv(sources.folder)
  const file = readConfigFile(sources.folder)
  const values: { [name in SettingName]?: string } = {}
  const origins: { [name in SettingName]?: string } = {}
  for (const name of settingNames) {
    const { variable, kind } = settings[name]
    const candidates: ReadonlyArray<readonly [string, string | undefined]> = [
      ["flag", flags[name]],
      [`environment variable ${variable}`, sources.environment[variable]],
      [`${variable} in .env`, dotEnv[variable]],
      ["barkeep.config.json", file[name]],
    ]
    const found = candidates.find(([, value]) => value !== undefined && value !== "")
    const [where, value] = found ?? ["default", defaultOf(name, sources)]
    origins[name] = where
    if (value === undefined) continue
    const issue = findIssue(kind, value)
    if (issue !== undefined)
      throw new ConfigurationError({
        key: name,
        where,
        issue: isSecret(name) ? issue : `${JSON.stringify(value)} ${issue}`,
      })
    values[name] = value
  }
  return { ...values, origins } as Configuration
}

const findIssue = (kind: SettingKind, value: string): string | undefined => {
  if (kind === "url") return /^https?:\/\//.test(value) ? undefined : "is no http(s) address"
  if (typeof kind === "string" || kind.oneOf.includes(value)) return undefined
  return `is none of ${kind.oneOf.join(", ")}`
}

/** The user's folders: XDG's, or LOCALAPPDATA on Windows. */
const defaultOf = (
  name: SettingName,
  { environment, platform, home }: ConfigurationSources,
): string | undefined => {
  const base = (variable: string, fallback: string): string =>
    platform === "win32"
      ? (environment["LOCALAPPDATA"] ?? join(home, "AppData", "Local"))
      : (environment[variable] ?? join(home, fallback))
  if (name === "cacheDir") return join(base("XDG_DATA_HOME", ".local/share"), "barkeep", "cache")
  if (name === "stateDir") return join(base("XDG_STATE_HOME", ".local/state"), "barkeep", "state")
  if (name === "logLevel") return defaultLogLevel
  return undefined
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
  const values: { [name in SettingName]?: string } = {}
  for (const [key, value] of Object.entries(content)) {
    // For editors.
    if (key === "$schema") continue
    const name = settingNames.find((known) => known === key)
    if (name === undefined) return fail(key, `is no setting; known are ${settingNames.join(", ")}`)
    const isList = settings[name].kind === "list" && Array.isArray(value)
    if (typeof value !== "string" && !(isList && value.every((item) => typeof item === "string")))
      return fail(key, settings[name].kind === "list" ? "is no list of texts" : "is no text")
    values[name] = Array.isArray(value) ? value.join(",") : value
  }
  return values
}
