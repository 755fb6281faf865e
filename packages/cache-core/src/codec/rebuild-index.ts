import type { Block, TextStyle } from "./types.ts"

export const rebuildIndex = (_bytes: Uint8Array, _style: TextStyle): ReadonlyArray<Block> | undefined => undefined
