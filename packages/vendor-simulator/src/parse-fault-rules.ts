import { InvalidInput } from "@barkeep/market-data"
import type { FaultRule, FaultType } from "./faults.ts"

interface Member {
  readonly accepts: (value: unknown) => boolean
  /** Completes "… is not …". */
  readonly expected: string
  readonly required?: true
}

type Members = { readonly [name: string]: Member }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 1

const numberIn = (from: number, to: number): Member => ({
  accepts: (value) => typeof value === "number" && value >= from && value <= to,
  expected: `a number from ${from} to ${to}`,
})
const integerIn = (from: number, to: number): Member => ({
  accepts: (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
  expected: `a whole number from ${from} to ${to}`,
})
const oneOf = (...texts: ReadonlyArray<string>): Member => ({
  accepts: (value) => texts.includes(value as string),
  expected: `one of ${texts.join(" ")}`,
})
const count: Member = { accepts: isCount, expected: "a whole number from 1" }
const text: Member = { accepts: (value) => typeof value === "string", expected: "a text" }
const record: Member = { accepts: isRecord, expected: "an object" }

/** The longest wait that a timer can keep. */
const millis = numberIn(0, 2_147_483_647)
const seconds = numberIn(0, 1_000_000_000)

const faultMembers: { readonly [type in FaultType]: Members } = {
  "rate-limited": { retryAfterSeconds: seconds, retryAfterAs: oneOf("seconds", "date", "absent") },
  banned: { seconds },
  "geo-blocked": {},
  firewall: {},
  "server-error": { status: integerIn(500, 599) },
  overloaded: {},
  reset: {},
  "half-body": {},
  "slow-body": { millis, chunks: count },
  hang: { millis },
  "wrong-content-type": { contentType: text },
  "truncated-json": {},
  "gzip-garbage": {},
  "empty-page": {},
  "duplicated-page": {},
  "unordered-page": {},
  "bad-row": { defect: oneOf("null", "short", "text", "off-grid", "inconsistent") },
  "open-bar": { oddity: { ...oneOf("absent", "repeated", "ahead", "unsettled"), required: true } },
  "truncated-zip": {},
  "wrong-checksum": {},
  "republished-file": {},
  "off-grid-rows": {},
  "missing-rows": {},
  "missing-mondays": {},
  "empty-object": {},
  "old-note": {},
  "key-echo": {},
  "placeholder-rows": {},
  "end-labels": {},
  "truncated-csv": { cut: oneOf("row", "line") },
  "unknown-symbol": {},
  "invalid-crumb": {},
  consent: {},
  "null-chart": {},
  "right-back": {},
  throttled: {},
  cloudflare: {
    code: { accepts: (value) => value === 1015 || value === 1020, expected: "1015 or 1020" },
  },
  "null-rows": { every: count },
  "hundredfold-row": {},
  "coarser-rows": {},
}

const ruleMembers: Members = {
  match: record,
  probability: numberIn(0, 1),
  nth: {
    accepts: (value) => isCount(value) || (Array.isArray(value) && value.every(isCount)),
    expected: "a whole number from 1, or an array of them",
  },
  every: count,
  times: count,
  fault: { ...record, required: true },
}

const matchMembers: Members = {
  vendor: text,
  endpoint: text,
  parameters: {
    accepts: (value) => isRecord(value) && Object.values(value).every((member) => typeof member === "string"),
    expected: "an object of texts",
  },
}

/**
 * The fault rules of a JSON value: an array of them.
 * @throws {InvalidInput} that names the first member which is unknown, missing or has a wrong value
 */
export const parseFaultRules = (value: unknown): ReadonlyArray<FaultRule> => {
  if (!Array.isArray(value)) throw invalid("faults", value, "an array of rules")
  for (const [index, rule] of value.entries()) checkRule(`faults[${index}]`, rule)
  return value as ReadonlyArray<FaultRule>
}

const checkRule = (field: string, rule: unknown): void => {
  const { match, fault } = checkMembers(field, rule, ruleMembers)
  if (match !== undefined) checkMembers(`${field}.match`, match, matchMembers)
  const type = (fault as { readonly type?: unknown }).type
  const types = Object.keys(faultMembers)
  if (!types.includes(type as string)) throw invalid(`${field}.fault.type`, type, `one of ${types.join(" ")}`)
  checkMembers(`${field}.fault`, fault, { ...faultMembers[type as FaultType], type: text })
}

const checkMembers = (field: string, value: unknown, members: Members): Record<string, unknown> => {
  if (!isRecord(value)) throw invalid(field, value, "an object")
  const known = Object.keys(members)
  for (const name of Object.keys(value))
    if (!known.includes(name))
      throw invalid(`${field}.${name}`, value[name], `known here; known are ${known.join(" ")}`)
  for (const [name, { accepts, expected, required }] of Object.entries(members))
    if (value[name] === undefined ? required : !accepts(value[name]))
      throw invalid(`${field}.${name}`, value[name], expected)
  return value
}

const invalid = (field: string, value: unknown, expected: string): InvalidInput =>
  new InvalidInput({ field, value: value === undefined ? "nothing" : JSON.stringify(value), expected })
