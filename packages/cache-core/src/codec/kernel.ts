import { endianness } from "node:os"
import { kernelBytes } from "./kernel-bytes.ts"

// Loaded by worker threads: only relative and built-in modules here, see decode-run.ts.

/** The WebAssembly part of the codec, with memory for a block: its data, their text, and the columns of that. */
export interface Kernel {
  /** The most bytes of data that `inflate` takes. */
  readonly dataLength: number
  /** The most bytes of text that `load` takes and `inflate` gives. */
  readonly textLength: number
  /** Puts a text in. */
  readonly load: (text: Uint8Array) => void
  /**
   * Puts the text in that a piece of a deflate stream stands for, which ends with a flush point and needs no text before
   * it. False when it does not or when its text has another length; what is wrong is for zlib to say.
   */
  readonly inflate: (data: Uint8Array, textLength: number) => boolean
  /** The text that is in; another one takes its place. */
  readonly text: (length: number) => Uint8Array
  /**
   * Reads rows of the text from byte `start` to `end` on, up to `rowLimit`, and stops before the first row that it does not
   * take. `end` comes after a line feed.
   * @param timeBefore wall-clock time of the row before
   */
  readonly scan: (
    start: number,
    end: number,
    rowLimit: number,
    timeBefore: number,
    dateOnly: boolean,
  ) => KernelRows
  /** Column `index` of the rows of the last scan; to be copied before the next one. */
  readonly column: (index: number, rows: number) => Float64Array
}

export interface KernelRows {
  readonly rows: number
  /** Byte of the text where the first row starts that was not read. */
  readonly position: number
  /** Wall-clock time of the last row that was read. */
  readonly lastTime: number
}

/** What is used of WebAssembly here; Node's types do not know it. */
interface WebAssemblyApi {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What `kernel/assembly/kernel.ts` exports. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => void }
  readonly prepare: () => void
  readonly inflate: (data: number, dataEnd: number, text: number, textEnd: number) => number
  readonly scanRows: (
    text: number,
    end: number,
    columns: number,
    stride: number,
    rowLimit: number,
    timeBefore: number,
    dateOnly: number,
  ) => number
}

// The kernel's own tables lie in the first page. After data and text it touches some bytes more: a page each.
const page = 65_536
const dataAddress = page
const dataLength = 3 * page
const textAddress = dataAddress + dataLength + page
/** Twice a usual block, which with all that comes of it fits into the second cache of a processor's core. */
const textLength = 4 * page
const columnsAddress = textAddress + textLength + page
/** No row is shorter, see `block-index.ts`. */
const shortestRowLength = 16
const stride = textLength / shortestRowLength
const allPages = (columnsAddress + 6 * 8 * stride) / page

let found: { readonly kernel: Kernel | undefined } | undefined

/**
 * The kernel of this thread, compiled when it is first asked for; `undefined` where WebAssembly or its vector
 * instructions are missing, where there is no room for its memory, or where the highest byte of a number comes first.
 */
export const codecKernel = (): Kernel | undefined => {
  found ??= { kernel: makeKernel() }
  return found.kernel
}

const makeKernel = (): Kernel | undefined => {
  const { WebAssembly: api } = globalThis as { readonly WebAssembly?: WebAssemblyApi }
  // The columns are read as they lie, and they lie lowest byte first.
  if (api === undefined || endianness() !== "LE") return undefined
  const bytes = kernelBytes()
  if (!api.validate(bytes)) return undefined
  const made = instantiate(api, bytes)
  if (made === undefined) return undefined
  const { memory, prepare, inflate, scanRows } = made
  prepare()
  const { buffer } = memory
  const state = new DataView(buffer, 0, 16)
  const dataBytes = new Uint8Array(buffer, dataAddress, dataLength)
  const textBytes = new Uint8Array(buffer, textAddress, textLength)
  const columns = new Float64Array(buffer, columnsAddress, 6 * stride)
  return {
    dataLength,
    textLength,
    load: (text) => textBytes.set(text),
    inflate: (data, length) => {
      if (data.length > dataLength || length > textLength) return false
      dataBytes.set(data)
      return inflate(dataAddress, dataAddress + data.length, textAddress, textAddress + length) !== 0
    },
    text: (length) => textBytes.subarray(0, length),
    scan: (start, end, rowLimit, timeBefore, dateOnly) => {
      const rows = scanRows(
        textAddress + start,
        textAddress + end,
        columnsAddress,
        stride,
        Math.min(rowLimit, stride),
        timeBefore,
        dateOnly ? 1 : 0,
      )
      return { rows, position: state.getUint32(0, true) - textAddress, lastTime: state.getFloat64(8, true) }
    },
    column: (index, rows) => columns.subarray(index * stride, index * stride + rows),
  }
}

const instantiate = (api: WebAssemblyApi, bytes: Uint8Array<ArrayBuffer>): KernelExports | undefined => {
  try {
    const made = new api.Instance(new api.Module(bytes)).exports as KernelExports
    made.memory.grow(allPages - made.memory.buffer.byteLength / page)
    return made
  } catch (cause) {
    // No address space is left for its memory, which a system may have less of than of memory.
    if (cause instanceof RangeError) return undefined
    throw cause
  }
}
