// What a public entry consists of: its exported names, the declarations behind them, everything those mention, and the
// packages they come from.
import { posix } from "node:path"
import { type DeclarationFile, parseDeclarations, type Reference, withoutDocs } from "./parse-declarations.ts"

export interface Declaration {
  readonly name: string
  /** Path of its declaration file. */
  readonly file: string
  readonly statements: ReadonlyArray<string>
}

export interface EntrySurface {
  /** Exported name to its declaration, or to the other package it is passed on from. */
  readonly exports: ReadonlyMap<string, Declaration | Reference>
  /** Declarations that signatures mention without their being exported from this entry. */
  readonly mentioned: ReadonlyArray<Declaration>
  /** Everything from other packages that the surface mentions. */
  readonly external: ReadonlyArray<Reference>
}

/** Reads the text of a declaration file; paths use `/`. */
export type ReadDeclarations = (path: string) => string

const identifiers = (statement: string): ReadonlyArray<string> => {
  const code = withoutDocs(statement)
    .replaceAll(/\/\*[^]*?\*\//g, " ")
    .replaceAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""')
  // A name with a colon right behind it is a property or a parameter, one with "(" a method, one after "." a member.
  return [...code.matchAll(/(?<![\w$.])[A-Za-z_$][\w$]*(?!\??:)(?![\w$(])/g)].map(([name]) => name)
}

const inlineImports = (statement: string): ReadonlyArray<Reference> =>
  [...statement.matchAll(/\bimport\("([^"]+)"\)\.([\w$]+)/g)].map(([, module = "", name = ""]) => ({
    module,
    name,
  }))

/** Walks everything that the entry at `path` shows. */
export const surfaceOf = (path: string, read: ReadDeclarations): EntrySurface => {
  const files = new Map<string, DeclarationFile>()
  const fileAt = (place: string): DeclarationFile => {
    const known = files.get(place) ?? parseDeclarations(read(place))
    files.set(place, known)
    return known
  }
  const target = (from: string, module: string): string =>
    posix.join(posix.dirname(from), module.replace(/\.[cm]?[tj]s$/, ".d.ts"))

  /** Follows a name that a file exports to where it is declared. */
  const resolveExport = (place: string, name: string): Declaration | Reference | undefined => {
    const file = fileAt(place)
    const found = file.exported.get(name)
    if (typeof found === "string") return resolveLocal(place, found)
    if (found !== undefined) return resolveReference(place, found)
    for (const module of file.stars) {
      const behind = module.startsWith(".") ? resolveExport(target(place, module), name) : undefined
      if (behind !== undefined) return behind
    }
    return undefined
  }
  const resolveReference = (place: string, reference: Reference): Declaration | Reference | undefined =>
    reference.module.startsWith(".")
      ? resolveExport(target(place, reference.module), reference.name)
      : reference
  const resolveLocal = (place: string, name: string): Declaration | Reference | undefined => {
    const { declared, imported } = fileAt(place)
    const statements = declared.get(name)
    if (statements !== undefined) return { name, file: place, statements }
    const reference = imported.get(name)
    return reference === undefined ? undefined : resolveReference(place, reference)
  }

  const namesOf = (place: string): ReadonlyArray<string> => [
    ...fileAt(place).exported.keys(),
    ...fileAt(place).stars.flatMap((module) =>
      module.startsWith(".") ? namesOf(target(place, module)) : [],
    ),
  ]
  const exports = new Map<string, Declaration | Reference>()
  for (const name of namesOf(path).toSorted()) {
    const found = resolveExport(path, name)
    if (found === undefined) throw new Error(`${path}: exports ${name}, which is declared nowhere`)
    exports.set(name, found)
  }

  const reached = new Map<string, Declaration>()
  const external = new Map<string, Reference>()
  const visit = (found: Declaration | Reference | undefined): void => {
    if (found === undefined) return
    if (!("statements" in found)) {
      external.set(`${found.module} ${found.name}`, found)
      return
    }
    const key = `${found.file} ${found.name}`
    if (reached.has(key)) return
    reached.set(key, found)
    for (const statement of found.statements) {
      for (const reference of inlineImports(statement)) visit(resolveReference(found.file, reference))
      for (const name of identifiers(statement)) visit(resolveLocal(found.file, name))
    }
  }
  for (const found of exports.values()) visit(found)
  const shown = new Set(
    [...exports.values()].map((found) => ("statements" in found ? `${found.file} ${found.name}` : "")),
  )
  return {
    exports,
    mentioned: [...reached]
      .filter(([key]) => !shown.has(key))
      .map(([, declaration]) => declaration)
      .toSorted((a, b) => (a.name < b.name || (a.name === b.name && a.file < b.file) ? -1 : 1)),
    external: [...external.values()].toSorted((a, b) =>
      `${a.module} ${a.name}` < `${b.module} ${b.name}` ? -1 : 1,
    ),
  }
}

/** Effect's types in a surface that is to be understood without it, one sentence each. */
export const effectIssues = (entry: string, { external }: EntrySurface): ReadonlyArray<string> =>
  external
    .filter(({ module }) => /^(?:@effect\/|effect(?:$|\/))|^@barkeep\/[^/]+\/effect$/.test(module))
    .map(({ module, name }) => `${entry} shows ${name} of ${module} in its types`)
