const mask = "[redacted]"

/** The query of a URL, where vendors take keys and session tokens. */
const urlQuery = /(https?:\/\/[^\s"'<>?#]+)\?[^\s"'<>]*/g

/** Removes secrets, and the queries of URLs, from what is shown, logged or stored. */
export interface Redactor {
  readonly text: (text: string) => string
  /** The same value with every string in it redacted; errors become plain errors that keep name, code and causes. */
  readonly value: <A>(value: A) => A
}

/**
 * A redactor for these secrets in every form in which they travel: as they are, percent-encoded, form-encoded,
 * JSON-escaped and in Base64. Empty secrets are ignored.
 */
export const createRedactor = (secrets: ReadonlyArray<string>): Redactor => {
  const forms = new Set(secrets.filter((secret) => secret !== "").flatMap(formsOf))
  // The longest first: a form may contain another one.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length)
  const anySecret =
    forms.size === 0 ? /(?!)/ : new RegExp(longestFirst.map((form) => RegExp.escape(form)).join("|"), "g")
  const text = (value: string): string => value.replace(anySecret, mask).replace(urlQuery, `$1?${mask}`)
  return { text, value: (value) => mapStrings(value, text, 0) as typeof value }
}

const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ s: secret }).toString().slice(2),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString("base64"),
  Buffer.from(secret).toString("base64url"),
]

const deepest = 8

const mapStrings = (value: unknown, text: (text: string) => string, depth: number): unknown => {
  if (typeof value === "string") return text(value)
  if (typeof value !== "object" || value === null) return value
  if (depth > deepest) return "[...]"
  if (value instanceof Error) return plainError(value, text, depth)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, text, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, mapStrings(item, text, depth + 1)]),
  )
}

/** An error of an HTTP library may carry the request, and with it the URL and its key, in any property. */
const plainError = (error: Error, text: (text: string) => string, depth: number): Error => {
  const plain = new Error(text(messageOf(error)))
  plain.name = error.name
  if (error.stack !== undefined) plain.stack = text(error.stack)
  if ("code" in error && typeof error.code === "string") Object.assign(plain, { code: error.code })
  if (error.cause !== undefined) plain.cause = mapStrings(error.cause, text, depth + 1)
  return plain
}

/** A refused connection to a host of several addresses is an AggregateError without a message. */
const messageOf = (error: Error): string =>
  error.message === "" && error instanceof AggregateError
    ? error.errors.map((each: unknown) => (each instanceof Error ? each.message : String(each))).join("; ")
    : error.message
