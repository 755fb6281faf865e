import { promisify } from "node:util"
import { crc32, inflateRaw } from "node:zlib"
import * as Result from "effect/Result"

const inflate = promisify(inflateRaw)

/** What the central directory of a zip says of its one entry. */
interface Entry {
  readonly method: number
  readonly checksum: number
  readonly packed: Uint8Array
  readonly rawBytes: number
}

const stored = 0
const deflated = 8

/** A month of 1m bars has 7 MB. */
const mostRawBytes = 134_217_728
const leastChunk = 1024
const mostChunk = 16_777_216

/**
 * The content of a zip's only entry, or why it is not that: more or other entries than expected, encryption, sizes
 * that do not fit, a wrong CRC. The content is inflated off the main thread.
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 */
export const unzipSingle = async (
  zip: Uint8Array,
  name: string,
): Promise<Result.Result<Uint8Array, string>> => {
  const found = findEntry(Buffer.from(zip.buffer, zip.byteOffset, zip.byteLength), name)
  if (Result.isFailure(found)) return Result.fail(found.failure)
  const { method, checksum, packed, rawBytes } = found.success
  const raw = method === stored ? packed : await inflateTo(packed, rawBytes)
  if (raw === undefined) return Result.fail("the zip's deflated bytes are damaged")
  if (raw.byteLength !== rawBytes)
    return Result.fail(`the zip promises ${rawBytes} bytes and holds ${raw.byteLength}`)
  return crc32(raw) === checksum ? Result.succeed(raw) : Result.fail("the zip's content fails its CRC")
}

const inflateTo = async (packed: Uint8Array, rawBytes: number): Promise<Uint8Array | undefined> => {
  try {
    // In one piece: zlib's small default pieces cost half as much again.
    return await inflate(packed, {
      maxOutputLength: Math.max(1, rawBytes),
      chunkSize: Math.max(leastChunk, Math.min(rawBytes + 1, mostChunk)),
    })
  } catch {
    // Whatever zlib dislikes about the bytes, they are of no use.
    return undefined
  }
}

const endSignature = 0x06_05_4b_50
const endBytes = 22
const centralSignature = 0x02_01_4b_50
const centralBytes = 46
const localSignature = 0x04_03_4b_50
const localBytes = 30
const encryptedFlag = 1

const findEntry = (zip: Buffer, name: string): Result.Result<Entry, string> => {
  const end = findEnd(zip)
  if (end === undefined) return Result.fail("no zip, or one that was cut off")
  const entries = zip.readUInt16LE(end + 10)
  if (entries !== 1) return Result.fail(`the zip has ${entries} entries instead of one`)
  const central = zip.readUInt32LE(end + 16)
  if (central + centralBytes > end || zip.readUInt32LE(central) !== centralSignature)
    return Result.fail("the zip's directory is damaged")
  const nameEnd = central + centralBytes + zip.readUInt16LE(central + 28)
  const entryName = zip.subarray(central + centralBytes, Math.min(nameEnd, end)).toString()
  if (entryName !== name) return Result.fail(`the zip holds ${JSON.stringify(entryName)} instead of ${name}`)
  const method = zip.readUInt16LE(central + 10)
  if ((zip.readUInt16LE(central + 8) & encryptedFlag) !== 0 || (method !== stored && method !== deflated))
    return Result.fail(`the zip's entry is encrypted or packed with the method ${method}`)
  const packedBytes = zip.readUInt32LE(central + 20)
  const rawBytes = zip.readUInt32LE(central + 24)
  if (rawBytes > mostRawBytes) return Result.fail(`the zip promises ${rawBytes} bytes, more than a file has`)
  const local = zip.readUInt32LE(central + 42)
  if (local + localBytes > central || zip.readUInt32LE(local) !== localSignature)
    return Result.fail("the zip's entry is not where its directory says")
  const start = local + localBytes + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  if (start + packedBytes > central) return Result.fail("the zip's entry reaches into its directory")
  return Result.succeed({
    method,
    checksum: zip.readUInt32LE(central + 16),
    packed: zip.subarray(start, start + packedBytes),
    rawBytes,
  })
}

/** Where the end record starts, which a comment of up to 65535 bytes may follow. */
const findEnd = (zip: Buffer): number | undefined => {
  const earliest = Math.max(0, zip.length - endBytes - 65_535)
  for (let at = zip.length - endBytes; at >= earliest; at -= 1)
    if (zip.readUInt32LE(at) === endSignature && at + endBytes + zip.readUInt16LE(at + 20) === zip.length)
      return at
  return undefined
}
