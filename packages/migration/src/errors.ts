import { TaggedError } from "@barkeep/market-data"

/** Why a migration did not do what was asked. */
export type MigrationFailure =
  /** Both folders are one, or one lies in the other. */
  | { readonly _tag: "FoldersOverlap"; readonly other: string }
  | { readonly _tag: "NoOldCache" }
  /** A file of the old cache is not any more what the plan was made of. */
  | { readonly _tag: "SourceChanged"; readonly expected: string; readonly found: string }
  /** The entry in the new cache is not any more what the plan was made for. */
  | { readonly _tag: "EntryChanged"; readonly what: string }
  /** Another migration of the same old cache ran at the same time. */
  | { readonly _tag: "RanMeanwhile" }
  /** What was written does not read back as planned. */
  | { readonly _tag: "NotAsPlanned"; readonly what: string }
  | { readonly _tag: "UnknownMigration"; readonly known: ReadonlyArray<string> }
  /** A record of a migration cannot be read. */
  | { readonly _tag: "DamagedRecord"; readonly what: string }
  /** The place for the old cache's files is taken. */
  | { readonly _tag: "PlaceTaken" }
  | { readonly _tag: "StorageFailure"; readonly code: string; readonly cause: unknown }

/** A migration stopped. Both caches are as they were or as the journal says; the same command continues. */
export class MigrationError extends TaggedError<"MigrationError"> {
  readonly _tag = "MigrationError"
  override readonly name = "MigrationError"
  /** The file, folder or migration concerned. */
  readonly subject: string
  readonly reason: MigrationFailure

  constructor(subject: string, reason: MigrationFailure) {
    super(`${subject}: ${describe(reason)}`, reason._tag === "StorageFailure" ? { cause: reason.cause } : {})
    this.subject = subject
    this.reason = reason
  }
}

const describe = (reason: MigrationFailure): string => {
  switch (reason._tag) {
    case "FoldersOverlap":
      return `the old and the new cache may not share files (${reason.other}); choose another folder for the new one`
    case "NoOldCache":
      return "there is no folder"
    case "SourceChanged":
      return `changed since the plan was made (sha256 ${reason.found}, planned ${reason.expected}); roll the migration back and start it again`
    case "EntryChanged":
      return `${reason.what}; roll the migration back and start it again`
    case "RanMeanwhile":
      return "another migration of it ran at the same time; run the command again"
    case "NotAsPlanned":
      return `does not read back as planned: ${reason.what}; roll the migration back`
    case "UnknownMigration":
      return `no migration of this id; ${reason.known.length === 0 ? "there is none" : `known: ${reason.known.join(", ")}`}`
    case "DamagedRecord":
      return `the record of the migration cannot be read: ${reason.what}`
    case "PlaceTaken":
      return "something is there already; move it away first"
    case "StorageFailure":
      return `${reason.code}: the file system refused`
  }
}

/** Runs file operations; what the file system throws becomes a `MigrationError` that names the path. */
export const guard = async <A>(path: string, body: () => Promise<A>): Promise<A> => {
  try {
    return await body()
  } catch (cause) {
    const code = codeOf(cause)
    if (code === undefined || cause instanceof TaggedError) throw cause
    throw new MigrationError(path, { _tag: "StorageFailure", code, cause })
  }
}

export const codeOf = (cause: unknown): string | undefined =>
  cause instanceof Error &&
  "code" in cause &&
  typeof cause.code === "string" &&
  /^E[A-Z0-9]+$/.test(cause.code)
    ? cause.code
    : undefined
