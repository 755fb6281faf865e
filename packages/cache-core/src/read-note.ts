import { type CacheOperation, corrupt } from "./cache-error.ts"
import { guard } from "./layout.ts"
import { formatVersion } from "./partition-metadata.ts"
import { JsonIssue, type JsonObject, parseJsonObject } from "./read-json.ts"
import type { StoreContext } from "./store-context.ts"

/**
 * A note of ours as `parse` understands it; `undefined` when there is no such file.
 * @throws {CacheError} `CorruptPartition` for a note that cannot be understood, `StorageFailure`
 */
export const readNote = <A>(
  context: StoreContext,
  file: string,
  parse: (object: JsonObject) => A,
  operation: CacheOperation = "read",
): A | undefined => {
  if (guard(file, operation, () => context.files.stat(file)) === undefined) return undefined
  const text = new TextDecoder().decode(guard(file, operation, () => context.files.readFile(file)))
  try {
    const object = parseJsonObject(text)
    if (object["format_version"] !== formatVersion) throw new JsonIssue("has an unknown format version")
    return parse(object)
  } catch (issue) {
    if (issue instanceof JsonIssue) throw corrupt(file, operation, issue.message)
    throw issue
  }
}
