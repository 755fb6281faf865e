import { kernelBytes } from "./scan-kernel-bytes.ts"

/** What is used of WebAssembly here; Node's types do not know it. */
interface WebAssemblyApi {
  readonly validate: (bytes: Uint8Array<ArrayBuffer>) => boolean
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** What `kernel/assembly/scan-rows.ts` exports. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => void }
  readonly prepare: () => void
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

/** The WebAssembly scanner of this thread, with memory for a piece of text and the columns that come of it. */
export interface ScanKernel {
  /** The most bytes of text that `load` takes. */
  readonly textLength: number
  readonly load: (text: Uint8Array) => void
  /**
   * Reads rows of the loaded text from byte `start` to `end` on, up to `rowLimit`, and stops before the first row that it
   * does not take. `end` comes after a line feed.
   * @param timeBefore wall-clock time of the row before
   */
  readonly scan: (
    start: number,
    end: number,
    rowLimit: number,
    timeBefore: number,
    dateOnly: boolean,
  ) => KernelResult
  /** The rows of the last scan; to be copied before the next one. */
  readonly column: (index: number, rows: number) => Float64Array
}

export interface KernelResult {
  readonly rows: number
  /** Byte of the loaded text where the first row starts that was not read. */
  readonly position: number
  /** Wall-clock time of the last row that was read. */
  readonly lastTime: number
}

const pageBytes = 65_536
/** Text of two blocks and what comes of it fit into the second cache of a processor's core. */
const textLength = 4 * pageBytes
const textAddress = pageBytes
/** No row is shorter, see `block-index.ts`. */
const shortestRowLength = 16
const stride = textLength / shortestRowLength
// After the text the kernel may look at 64 bytes more.
const columnsAddress = textAddress + textLength + pageBytes
const pages = (columnsAddress + 6 * 8 * stride) / pageBytes

let found: { readonly kernel: ScanKernel | undefined } | undefined

/**
 * The kernel of this thread, compiled when it is first asked for; `undefined` where WebAssembly or its vector
 * instructions are missing.
 */
export const scanKernel = (): ScanKernel | undefined => {
  found ??= { kernel: makeKernel() }
  return found.kernel
}

const makeKernel = (): ScanKernel | undefined => {
  const { WebAssembly: api } = globalThis as { readonly WebAssembly?: WebAssemblyApi }
  if (api === undefined) return undefined
  const bytes = kernelBytes()
  if (!api.validate(bytes)) return undefined
  const { memory, prepare, scanRows } = new api.Instance(new api.Module(bytes)).exports as KernelExports
  memory.grow(pages - memory.buffer.byteLength / pageBytes)
  prepare()
  const text = new Uint8Array(memory.buffer, textAddress, textLength)
  const columns = new Float64Array(memory.buffer, columnsAddress, 6 * stride)
  const state = new DataView(memory.buffer, 0, 16)
  return {
    textLength,
    load: (piece) => text.set(piece),
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
      return {
        rows,
        position: state.getUint32(0, true) - textAddress,
        lastTime: state.getFloat64(8, true),
      }
    },
    column: (index, rows) => columns.subarray(index * stride, index * stride + rows),
  }
}
