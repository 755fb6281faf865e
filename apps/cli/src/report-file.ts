import { randomUUID } from "node:crypto"
import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises"
import { basename, dirname, join } from "node:path"
import { fileMark } from "@barkeep/cache-core"
import { InvalidReport, parseReportDocument, type StoreReport, UnsupportedReport } from "@barkeep/validation"
import type { Console } from "./console.ts"
import { reportPath } from "./report-path.ts"

/** The earlier report, if there is one that can be used; says so when there is one that cannot. */
export const readReport = async (cacheDir: string, console: Console): Promise<StoreReport | undefined> => {
  const path = reportPath(cacheDir)
  let text: string
  try {
    text = await readFile(path, "utf8")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
  try {
    return parseReportDocument(JSON.parse(text))
  } catch (error) {
    if (
      !(error instanceof InvalidReport || error instanceof UnsupportedReport || error instanceof SyntaxError)
    )
      throw error
    console.note(`${path} is not taken into account: ${error.message}`)
    return undefined
  }
}

/**
 * Replaces a file in one step, flushed: a reader sees the old or the new one.
 * @returns the mark of the new one
 */
export const writeWhole = async (path: string, text: string): Promise<string> => {
  const temporary = join(dirname(path), `.${basename(path)}-${randomUUID()}.tmp`)
  const file = await open(temporary, "wx")
  try {
    const mark = await fill(file, text)
    await rename(temporary, path)
    return mark
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

const fill = async (file: FileHandle, text: string): Promise<string> => {
  try {
    await file.writeFile(text)
    await file.sync()
    const { size, mtimeMs, ino } = await file.stat()
    return fileMark({ size, mtimeMillis: mtimeMs, inode: ino })
  } finally {
    await file.close()
  }
}
