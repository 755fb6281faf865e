import { type Kernel } from "../src/codec/kernel.ts"
import { type RowScan, scanRows } from "../src/codec/scan-rows.ts"
import { scanText } from "../src/codec/scan-text.ts"

/** How `scanRows` alone and with the kernel differ over a text; `undefined` when they do not, bit for bit. */
export const scannerDifference = (
  text: Uint8Array,
  dateOnly: boolean,
  rowLimit: number,
  kernel: Kernel,
): string | undefined => {
  const stride = Math.min(rowLimit, Math.ceil(text.length / 16)) + 1
  const scanned = (scanner: typeof scanText) => {
    const scan: RowScan = {
      text,
      position: 0,
      end: text.length,
      row: 0,
      extraFields: 0,
      lastTime: Number.NEGATIVE_INFINITY,
    }
    const numbers = new Float64Array(6 * stride)
    const complete = scanner(scan, { numbers, stride }, dateOnly, Math.min(rowLimit, stride), kernel)
    const { position, row, lastTime } = scan
    return { state: JSON.stringify({ complete, position, row, lastTime }), row, numbers }
  }
  const [alone, together] = [scanned(scanRows), scanned(scanText)]
  if (alone.state !== together.state) return `${alone.state} against ${together.state}`
  for (let column = 0; column < 6; column += 1)
    for (let row = 0; row < alone.row; row += 1) {
      const [a, b] = [alone.numbers[column * stride + row], together.numbers[column * stride + row]]
      if (!Object.is(a, b)) return `row ${row}, column ${column}: ${a} against ${b}`
    }
  return undefined
}
