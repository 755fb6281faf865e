import type { Bars } from "@barkeep/market-data"
import { decodeBlocks } from "./decode-block.ts"
import type { Block, TextStyle } from "./types.ts"

export const decodeBlocksParallel = async (
  bytes: Uint8Array,
  blocks: ReadonlyArray<Block>,
  style: TextStyle,
  _options: { readonly threads?: number } = {},
): Promise<Bars> => decodeBlocks(bytes, blocks, style)
