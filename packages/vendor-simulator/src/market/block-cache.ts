import type { FixedBars } from "./fixed-bars.ts"

/** Keeps the blocks used last. Blocks never change, so dropping one only costs making it again. */
export interface BlockCache {
  readonly find: (key: string) => FixedBars | undefined
  readonly keep: (key: string, block: FixedBars) => void
}

export const createBlockCache = (capacity: number): BlockCache => {
  const blocks = new Map<string, FixedBars>()
  return {
    find: (key) => {
      const block = blocks.get(key)
      if (block !== undefined) {
        // A Map iterates in the order of insertion: the first key is the one unused for longest.
        blocks.delete(key)
        blocks.set(key, block)
      }
      return block
    },
    keep: (key, block) => {
      blocks.set(key, block)
      if (blocks.size > capacity) blocks.delete(blocks.keys().next().value as string)
    },
  }
}
