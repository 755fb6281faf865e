/**
 * Reasons why a value does not fit a JSON Schema; empty when it does. Knows just the keywords that ours uses and
 * throws on others, so that a schema cannot grow past its test.
 */
export const schemaIssues = (
  schema: Schema,
  value: unknown,
  root: Schema = schema,
  at = "$",
): ReadonlyArray<string> => {
  for (const keyword of Object.keys(schema))
    if (!known.has(keyword)) throw new Error(`the checker does not know the keyword ${keyword}`)
  const issues: Array<string> = []
  const say = (issue: string): void => void issues.push(`${at} ${issue}`)
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/$defs/", "")
    issues.push(...schemaIssues(root.$defs?.[name] as Schema, value, root, at))
  }
  if (schema.const !== undefined && value !== schema.const) say(`is not ${schema.const}`)
  if (schema.enum !== undefined && !schema.enum.includes(value)) say(`is none of ${schema.enum.join(" ")}`)
  if (
    schema.type !== undefined &&
    ![schema.type].flat().includes(typeOf(value)) &&
    !isNumber(schema.type, value)
  )
    say(`is ${typeOf(value)} instead of ${[schema.type].flat().join("|")}`)
  if (typeof value === "string") {
    if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(value))
      say(`does not match ${schema.pattern}`)
    if (value.length < (schema.minLength ?? 0)) say("is too short")
  }
  if (
    typeof value === "number" &&
    (value < (schema.minimum ?? -Infinity) || value > (schema.maximum ?? Infinity))
  )
    say("is out of bounds")
  if (Array.isArray(value)) {
    if (value.length < (schema.minItems ?? 0)) say("has too few elements")
    if (schema.items !== undefined)
      for (const [index, element] of value.entries())
        issues.push(...schemaIssues(schema.items, element, root, `${at}[${index}]`))
  } else if (typeof value === "object" && value !== null) {
    for (const name of schema.required ?? []) if (!(name in value)) say(`lacks ${name}`)
    for (const [name, member] of Object.entries(value)) {
      const rule = schema.properties?.[name] ?? schema.additionalProperties
      if (rule === false) say(`has the unknown key ${name}`)
      else if (rule !== undefined) issues.push(...schemaIssues(rule, member, root, `${at}.${name}`))
    }
  }
  return issues
}

export interface Schema {
  readonly type?: string | ReadonlyArray<string>
  readonly $ref?: string
  readonly $defs?: { readonly [name: string]: Schema }
  readonly const?: string | number
  readonly enum?: ReadonlyArray<unknown>
  readonly pattern?: string
  readonly minLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly minItems?: number
  readonly items?: Schema
  readonly required?: ReadonlyArray<string>
  readonly properties?: { readonly [name: string]: Schema }
  readonly additionalProperties?: Schema | false
}

const known = new Set([
  "$schema",
  "title",
  "description",
  "type",
  "$ref",
  "$defs",
  "const",
  "enum",
  "pattern",
  "minLength",
  "minimum",
  "maximum",
  "minItems",
  "items",
  "required",
  "properties",
  "additionalProperties",
])

const typeOf = (value: unknown): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "array"
      : Number.isInteger(value)
        ? "integer"
        : typeof value

const isNumber = (type: string | ReadonlyArray<string>, value: unknown): boolean =>
  [type].flat().includes("number") && typeof value === "number"
