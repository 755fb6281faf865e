import type { EpochMillis, Instrument } from "@barkeep/market-data"
import type { Compression } from "./codec/index.ts"
import type { FileSystem } from "./file-system.ts"
import type { MetadataMemory } from "./metadata-memory.ts"

export interface Clock {
  readonly now: () => EpochMillis
}

/** Where locks work: `local` uses the operating system's file locks, which network folders do not honour. */
export type LockKind = "auto" | "local" | "network"

export interface CacheOptions {
  /** @default the system's clock */
  readonly clock?: Clock
  /** How new blocks are compressed. @default "default" */
  readonly compression?: Compression
  /** How long a write waits for another process's lock before it fails with `LockHeld`. @default 30_000 */
  readonly lockTimeoutMillis?: number
  /** `auto` asks the file system what it is. @default "auto" */
  readonly lock?: LockKind
  /** How long a lock in a network folder counts without a sign of life. @default 20_000 */
  readonly leaseMillis?: number
  /** `none` leaves it to the operating system when written data reaches the disk; for throw-away caches. @default "full" */
  readonly durability?: "full" | "none"
  /**
   * What a write does with a damaged file in its way: fail, or move it to `_barkeep/quarantine` and go on with what
   * of it can still be read. @default "refuse"
   */
  readonly onDamaged?: "refuse" | "quarantine"
  /** What is known of a symbol; used for files of other programs, which do not say their time zone. */
  readonly instrumentOf?: (symbol: string) => Instrument | undefined
  /** For tests and unusual storage. @default the real file system */
  readonly fileSystem?: FileSystem
}

/** What all parts of one open cache share. */
export interface StoreContext {
  /** Absolute path of the cache folder. */
  readonly root: string
  readonly files: FileSystem
  readonly clock: Clock
  readonly compression: Compression
  readonly lockTimeoutMillis: number
  readonly lock: LockKind
  readonly leaseMillis: number
  readonly flush: boolean
  readonly onDamaged: "refuse" | "quarantine"
  readonly instrumentOf: (symbol: string) => Instrument | undefined
  readonly memory: MetadataMemory
}
