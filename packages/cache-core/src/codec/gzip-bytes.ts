/**
 * The ten bytes that start every file of ours: deflate, no flags, no time, unknown system. Nothing in them
 * depends on the moment or the machine, so the same bars always give the same bytes.
 */
export const gzipHeader: Uint8Array = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff)

/** The first line of the text. */
export const headerLine = "timestamp,open,high,low,close,volume\n"
export const headerBytes: Uint8Array = new TextEncoder().encode(headerLine)

/** An empty last deflate block, then CRC-32 and length (modulo 2^32) of the whole text. */
export const trailerLength = 10

/** The end of the gzip member after the last full-flush block. */
export const gzipTrailer = (crc32: number, rawBytes: number): Uint8Array => {
  const trailer = new Uint8Array(trailerLength)
  trailer[0] = 0x03
  const view = new DataView(trailer.buffer)
  view.setUint32(2, crc32, true)
  view.setUint32(6, rawBytes % 4_294_967_296, true)
  return trailer
}

/**
 * Deflate cannot turn one byte into more than this many: 258 from two bits, and the rounding of a short run.
 */
export const mostInflated = (length: number): number => length * 1032 + 1032
