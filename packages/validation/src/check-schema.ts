/** The part of JSON Schema (2020-12) that our schemas use. */
export interface JsonSchema {
  readonly $schema?: string
  readonly $ref?: string
  readonly $defs?: { readonly [name: string]: JsonSchema }
  readonly title?: string
  readonly description?: string
  readonly type?: JsonType | ReadonlyArray<JsonType>
  readonly const?: string | number | boolean
  readonly enum?: ReadonlyArray<string>
  readonly anyOf?: ReadonlyArray<JsonSchema>
  readonly properties?: { readonly [name: string]: JsonSchema }
  readonly required?: ReadonlyArray<string>
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: JsonSchema
  readonly minItems?: number
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly pattern?: string
}

export type JsonType = "object" | "array" | "string" | "number" | "integer" | "boolean" | "null"

export interface SchemaIssue {
  /** JSON pointer to the value. */
  readonly pointer: string
  readonly issue: string
}

/** The first place where a value does not conform to a schema; `undefined` when it does. */
export const findSchemaIssue = (schema: JsonSchema, value: unknown): SchemaIssue | undefined =>
  check(schema, value, schema.$defs ?? {})

type Definitions = { readonly [name: string]: JsonSchema }

/** Pointers are put together on the way out, so that values that conform cost no text. */
const check = (schema: JsonSchema, value: unknown, definitions: Definitions): SchemaIssue | undefined => {
  if (schema.$ref !== undefined) {
    const target = definitions[schema.$ref.slice("#/$defs/".length)]
    // A reference into nothing is a defect of the schema.
    if (target === undefined) throw new Error(`${schema.$ref} is not defined`)
    return check(target, value, definitions)
  }
  if (schema.anyOf !== undefined) {
    const issues = schema.anyOf.map((choice) => check(choice, value, definitions))
    return issues.includes(undefined) ? undefined : issues[0]
  }
  const own = ownIssue(schema, value)
  if (own !== undefined) return { pointer: "", issue: own }
  if (Array.isArray(value)) return checkItems(schema, value, definitions)
  return isRecord(value) ? checkProperties(schema, value, definitions) : undefined
}

const below = (name: string | number, { pointer, issue }: SchemaIssue): SchemaIssue => ({
  pointer: `/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}${pointer}`,
  issue,
})

const ownIssue = (schema: JsonSchema, value: unknown): string | undefined => {
  if (schema.const !== undefined && value !== schema.const) return `is not ${JSON.stringify(schema.const)}`
  if (schema.enum !== undefined && !(typeof value === "string" && schema.enum.includes(value)))
    return `is not one of ${schema.enum.join(" ")}`
  if (schema.type !== undefined) {
    const types = typeof schema.type === "string" ? [schema.type] : schema.type
    if (!types.some((type) => hasType(value, type))) return `is not ${types.join(" or ")}`
  }
  if (typeof value === "string" && schema.pattern !== undefined && !patternOf(schema.pattern).test(value))
    return `${JSON.stringify(value.slice(0, 40))} has another form than ${schema.pattern}`
  if (typeof value === "number") {
    if (schema.minimum !== undefined && value < schema.minimum) return `is below ${schema.minimum}`
    if (schema.maximum !== undefined && value > schema.maximum) return `is above ${schema.maximum}`
  }
  return undefined
}

const checkItems = (
  { items, minItems = 0, maxItems = Number.POSITIVE_INFINITY }: JsonSchema,
  value: ReadonlyArray<unknown>,
  definitions: Definitions,
): SchemaIssue | undefined => {
  if (value.length < minItems || value.length > maxItems)
    return { pointer: "", issue: `has ${value.length} elements` }
  if (items === undefined) return undefined
  for (let index = 0; index < value.length; index += 1) {
    const issue = check(items, value[index], definitions)
    if (issue !== undefined) return below(index, issue)
  }
  return undefined
}

const checkProperties = (
  schema: JsonSchema,
  value: { readonly [name: string]: unknown },
  definitions: Definitions,
): SchemaIssue | undefined => {
  const missing = schema.required?.find((name) => !Object.hasOwn(value, name))
  if (missing !== undefined) return { pointer: "", issue: `lacks ${missing}` }
  const known = schema.properties
  for (const name of Object.keys(value)) {
    const expected =
      known !== undefined && Object.hasOwn(known, name) ? known[name] : schema.additionalProperties
    if (expected === false) return below(name, { pointer: "", issue: "is not known" })
    if (expected === undefined || expected === true) continue
    const issue = check(expected, value[name], definitions)
    if (issue !== undefined) return below(name, issue)
  }
  return undefined
}

const isRecord = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const hasType = (value: unknown, type: JsonType): boolean => {
  switch (type) {
    case "object":
      return isRecord(value)
    case "array":
      return Array.isArray(value)
    case "integer":
      return Number.isSafeInteger(value)
    case "number":
      return typeof value === "number" && Number.isFinite(value)
    case "null":
      return value === null
    case "string":
    case "boolean":
      return typeof value === type
  }
}

const patterns = new Map<string, RegExp>()

const patternOf = (source: string): RegExp => {
  let pattern = patterns.get(source)
  if (pattern === undefined) patterns.set(source, (pattern = new RegExp(source, "u")))
  return pattern
}
