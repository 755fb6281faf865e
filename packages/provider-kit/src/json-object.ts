export type JsonObject = { readonly [name: string]: unknown }

/** True for a JSON object, not for a list or null. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** True for a text that is not empty. */
export const isText = (value: unknown): value is string => typeof value === "string" && value !== ""

/** A text that is not empty; `undefined` for everything else. */
export const textField = (object: JsonObject, name: string): string | undefined => {
  const value = object[name]
  return isText(value) ? value : undefined
}
