import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { type JsonSchema, reportSchema } from "@barkeep/validation"
import { type Setting, type SettingName, settingNames, settings } from "../src/settings.ts"

/** The schema of `barkeep.config.json`, as the settings are. */
const toConfigSchema = (): JsonSchema => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "barkeep.config.json",
  type: "object",
  properties: {
    $schema: { type: "string" },
    ...Object.fromEntries(settingNames.map((name) => [name, toSchema(name)])),
  },
  additionalProperties: false,
})

const toSchema = (name: SettingName): JsonSchema => {
  const { kind, meaning, variable }: Setting = settings[name]
  const description = `${meaning} [${variable}]`
  if (kind === "list")
    return { description, anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] }
  if (kind === "url") return { description, type: "string", pattern: "^https?://" }
  return typeof kind === "string"
    ? { description, type: "string" }
    : { description, type: "string", enum: kind.oneOf }
}

/** The schemas that follow from the code, by their names in `schema`. */
export const derivedSchemas = (): Readonly<Record<string, JsonSchema>> => ({
  "barkeep.config": toConfigSchema(),
  validate: reportSchema,
})

// `node --conditions=@barkeep/source scripts/derived-schemas.ts` writes them.
if (import.meta.main)
  for (const [name, schema] of Object.entries(derivedSchemas()))
    writeFileSync(
      join(import.meta.dirname, `../schema/${name}.schema.json`),
      `${JSON.stringify(schema, null, 2)}\n`,
    )
