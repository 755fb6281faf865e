import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { JsonSchema } from "@barkeep/validation"

/** A published schema by the name of its document. */
export const schemaOf = (name: string): JsonSchema =>
  JSON.parse(readFileSync(join(import.meta.dirname, `../schema/${name}.schema.json`), "utf8")) as JsonSchema
