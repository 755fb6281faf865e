import { createHash, type Hash } from "node:crypto"

const longestMemory = 128

/** SHA-256 of the first bytes of some file, to be continued. */
export type HashState = Hash

/**
 * SHA-256 of files that grow: the state of the hash at the places where the next append will cut the file is kept,
 * so that an append hashes its new bytes and not the year. Bytes that are copied count as what they were when they
 * were hashed, so a copy that went wrong shows as a checksum that does not fit and not as a new checksum.
 */
export interface ContentHashes {
  /** The state after the first `length` bytes of the file with that SHA-256, when it is remembered. */
  readonly stateOf: (sha256: string, length: number) => HashState | undefined
  /**
   * SHA-256 of a whole file.
   * @param parts what follows after `start`
   * @param cuts offsets in the file at which a later one may begin to differ
   */
  readonly hash: (
    parts: ReadonlyArray<Uint8Array>,
    cuts: ReadonlyArray<number>,
    start?: HashedStart,
  ) => string
}

export interface HashedStart {
  readonly state: HashState
  readonly length: number
}

export const makeContentHashes = (): ContentHashes => {
  const states = new Map<string, Hash>()
  return {
    stateOf: (sha256, length) => states.get(keyOf(sha256, length)),
    hash: (parts, cuts, start) => {
      const hash = start?.state.copy() ?? startHash()
      let offset = start?.length ?? 0
      const marks: Array<readonly [offset: number, state: Hash]> = []
      const mark = (): void => {
        if (cuts.includes(offset)) marks.push([offset, hash.copy()])
      }
      mark()
      for (const part of parts) {
        // A cut inside a part is hashed up to it first.
        const end = offset + part.length
        for (const to of [...cuts.filter((cut) => cut > offset && cut < end), end]) {
          hash.update(part.subarray(part.length - (end - offset), part.length - (end - to)))
          offset = to
          mark()
        }
      }
      const sha256 = hash.digest("hex")
      for (const [cut, state] of marks) remember(states, keyOf(sha256, cut), state)
      return sha256
    },
  }
}

/** SHA-256 of bytes that are all there, lower-case hex. */
export const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

/** The state before the first byte. */
export const startHash = (): HashState => createHash("sha256")

const keyOf = (sha256: string, length: number): string => `${sha256}:${length}`

const remember = (states: Map<string, Hash>, key: string, state: Hash): void => {
  states.delete(key)
  states.set(key, state)
  if (states.size > longestMemory) states.delete(states.keys().next().value as string)
}
