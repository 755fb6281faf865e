import { createHash, type Hash } from "node:crypto"

const longestMemory = 128

/**
 * SHA-256 of files that grow: the state of the hash at the places where the next append will cut the file is kept,
 * so that an append hashes its new bytes and not the year. Bytes that were copied are taken for what they were when
 * they were hashed, so a copy that went wrong shows up as a checksum that does not fit, not as a new checksum.
 */
export interface ContentHashes {
  /**
   * @param parts the file; the first part may be bytes that were kept of another file
   * @param cuts ascending offsets at which a later file may begin to differ
   * @param kept SHA-256 of the file that the first part was kept of
   */
  readonly hash: (
    parts: ReadonlyArray<Uint8Array>,
    cuts: ReadonlyArray<number>,
    kept?: { readonly sha256: string },
  ) => string
}

export const makeContentHashes = (): ContentHashes => {
  const states = new Map<string, Hash>()
  return {
    hash: (parts, cuts, kept) => {
      const first = parts[0]
      const known =
        kept === undefined || first === undefined ? undefined : states.get(keyOf(kept.sha256, first.length))
      let hash = known?.copy() ?? createHash("sha256")
      let offset = known === undefined || first === undefined ? 0 : first.length
      const marks: Array<readonly [offset: number, state: Hash]> = []
      if (cuts.includes(offset)) marks.push([offset, hash.copy()])
      for (const part of known === undefined ? parts : parts.slice(1)) {
        const ends = cuts.filter((cut) => cut > offset && cut <= offset + part.length)
        let done = 0
        for (const cut of [...ends, offset + part.length]) {
          hash = hash.update(part.subarray(done, cut - offset))
          done = cut - offset
          if (ends.includes(cut)) marks.push([cut, hash.copy()])
        }
        offset += part.length
      }
      const sha256 = hash.digest("hex")
      for (const [cut, state] of marks) remember(states, keyOf(sha256, cut), state)
      return sha256
    },
  }
}

const keyOf = (sha256: string, length: number): string => `${sha256}:${length}`

const remember = (states: Map<string, Hash>, key: string, state: Hash): void => {
  states.delete(key)
  states.set(key, state)
  if (states.size > longestMemory) states.delete(states.keys().next().value as string)
}
