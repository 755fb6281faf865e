/** Writes the published JSON Schema. Run: node --conditions=@barkeep/source bench/write-schema.ts */
import { writeFileSync } from "node:fs"
import { reportSchema } from "../src/index.ts"

const file = new URL("../schema/validate-metadata.schema.json", import.meta.url)
writeFileSync(file, `${JSON.stringify(reportSchema, undefined, 2)}\n`)
