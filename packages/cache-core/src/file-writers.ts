import * as fs from "node:fs"
import { pid } from "node:process"
import { codeOf } from "./cache-error.ts"

/**
 * The processes that have one of these files open for writing, as far as the system tells: Linux does, for processes of
 * the same user. Other programs know nothing of our locks.
 */
export const writersOf = (files: ReadonlyArray<string>): ReadonlyArray<number> => {
  const wanted = new Set(files.flatMap((file) => orNothing(() => [fs.realpathSync(file)])))
  if (wanted.size === 0) return []
  const processes = orNothing(() => fs.readdirSync("/proc")).filter(
    (name) => /^\d+$/.test(name) && Number(name) !== pid,
  )
  return processes.flatMap((name) =>
    orNothing(() => fs.readdirSync(`/proc/${name}/fd`)).some((descriptor) =>
      orNothing(() => [fs.readlinkSync(`/proc/${name}/fd/${descriptor}`)]).some(
        (target) => wanted.has(target) && isForWriting(name, descriptor),
      ),
    )
      ? [Number(name)]
      : [],
  )
}

const isForWriting = (process: string, descriptor: string): boolean => {
  const [text = ""] = orNothing(() => [fs.readFileSync(`/proc/${process}/fdinfo/${descriptor}`, "utf8")])
  const flags = /^flags:\s*([0-7]+)/m.exec(text)?.[1]
  return flags !== undefined && (Number.parseInt(flags, 8) & 3) !== fs.constants.O_RDONLY
}

/** Processes end while they are looked at, others are somebody else's, other systems have no such folder. */
const orNothing = <A>(look: () => ReadonlyArray<A>): ReadonlyArray<A> => {
  try {
    return look()
  } catch (cause) {
    if (codeOf(cause) === undefined) throw cause
    return []
  }
}
