import { type EpochMillis, isTimeframe, type Timeframe } from "@barkeep/market-data"
import { parseTime } from "./iso-times.ts"

/** A JSON object, its keys not yet known. */
export type JsonObject = { readonly [key: string]: unknown }

/** A JSON value is not what was expected. Stays inside the package: callers turn it into a finding or a typed error. */
export class JsonIssue extends Error {}

export const parseJsonObject = (text: string): JsonObject => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new JsonIssue("is no JSON")
  }
  return asObject(value, "the top level")
}

export const asObject = (value: unknown, at: string): JsonObject => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new JsonIssue(`${at} is no object`)
  return value as JsonObject
}

export const asArray = (value: unknown, at: string): ReadonlyArray<unknown> => {
  if (!Array.isArray(value)) throw new JsonIssue(`${at} is no list`)
  return value
}

export const asText = (value: unknown, at: string): string => {
  if (typeof value !== "string") throw new JsonIssue(`${at} is no text`)
  return value
}

export const asBoolean = (value: unknown, at: string): boolean => {
  if (typeof value !== "boolean") throw new JsonIssue(`${at} is neither true nor false`)
  return value
}

export const asInteger = (value: unknown, at: string, least = 0): number => {
  if (!Number.isSafeInteger(value) || (value as number) < least)
    throw new JsonIssue(`${at} is no integer from ${least}`)
  return value as number
}

export const asOneOf = <Name extends string>(
  value: unknown,
  names: ReadonlyArray<Name>,
  at: string,
): Name => {
  const name = names.find((candidate) => candidate === value)
  if (name === undefined) throw new JsonIssue(`${at} is none of ${names.join(" ")}`)
  return name
}

export const asTimeframe = (value: unknown, at: string): Timeframe => {
  const text = asText(value, at)
  if (!isTimeframe(text)) throw new JsonIssue(`${at} is no timeframe`)
  return text
}

/** A list of integers, every one at least `least`. */
export const asIntegers = (value: unknown, at: string, least = 0): ReadonlyArray<number> => {
  const list = asArray(value, at)
  for (const element of list)
    if (!Number.isSafeInteger(element) || (element as number) < least)
      throw new JsonIssue(`${at} holds something else than integers from ${least}`)
  return list as ReadonlyArray<number>
}

/** An ISO 8601 instant. */
export const asTime = (value: unknown, at: string): EpochMillis => {
  const text = asText(value, at)
  try {
    return parseTime(text)
  } catch {
    throw new JsonIssue(`${at} is no ISO 8601 instant`)
  }
}
