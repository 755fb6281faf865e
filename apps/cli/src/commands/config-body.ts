import type { Configuration } from "../configuration.ts"
import type { Body } from "../run-command.ts"
import { isSecret, type SettingName, settingNames, settings } from "../settings.ts"
import { formatTable } from "../table.ts"
import type { ConfigFlags } from "./config.ts"

/** One setting as people see it. */
interface ShownSetting {
  readonly setting: SettingName
  readonly variable: string
  readonly meaning: string
  /** `null` when it is not set; a secret is never shown, only that there is one. */
  readonly value: string | null
  readonly isSecret: boolean
  readonly from: string
}

/** What `barkeep config` does. */
export const run: Body<ConfigFlags> = async ({ cacheDir, json }, { console, configure }) => {
  const rows = shownSettings(configure({ cacheDir }))
  if (json) return console.write(`${JSON.stringify({ settings: rows })}\n`)
  await console.write(
    formatTable(
      [
        { heading: "setting", cell: (row) => row.setting },
        { heading: "value", cell: (row) => row.value ?? "-" },
        { heading: "from", cell: (row) => (row.value === null ? "not set" : row.from) },
        { heading: "environment", cell: (row) => row.variable },
      ],
      rows,
      console.paint,
    ),
  )
}

const shownSettings = (configuration: Configuration): ReadonlyArray<ShownSetting> =>
  settingNames.map((setting) => {
    const value = configuration[setting]
    const { variable, meaning } = settings[setting]
    return {
      setting,
      variable,
      meaning,
      value: value === undefined ? null : isSecret(setting) ? "(hidden)" : value,
      isSecret: isSecret(setting),
      from: configuration.origins[setting],
    }
  })
