export type JsonObject = { readonly [name: string]: unknown }

/** True for a JSON object, not for a list or null. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const isText = (value: unknown): value is string => typeof value === "string" && value !== ""
