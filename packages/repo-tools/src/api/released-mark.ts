// The first line of an API report says which text of it was released, as a hash. A report that differs from that is a
// change that nobody has released yet, in any clone and without asking git.
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"

/** File name of a package's API report. */
export const reportName = "API.md"

export interface ApiReport {
  /** What was released last, or `undefined` before the first release. */
  readonly released: { readonly version: string; readonly hash: string } | undefined
  readonly body: string
}

const mark = /^<!-- released: (?:nothing yet|(\S+) ([0-9a-f]{16})) -->\n/

export const hashOfApi = (body: string): string =>
  createHash("sha256").update(body).digest("hex").slice(0, 16)

export const parseReport = (text: string): ApiReport => {
  const found = mark.exec(text)
  const [, version, hash] = found ?? []
  return {
    released: version === undefined || hash === undefined ? undefined : { version, hash },
    body: text.slice(found?.[0].length ?? 0),
  }
}

export const formatReport = ({ released, body }: ApiReport): string =>
  `<!-- released: ${released === undefined ? "nothing yet" : `${released.version} ${released.hash}`} -->\n${body}`

/** True when the API is another one than that of the last release. */
export const isUnreleased = ({ released, body }: ApiReport): boolean => released?.hash !== hashOfApi(body)

/** Notes in a package's report that its present text is what `version` has. Packages without one are left alone. */
export const markReleased = (folder: string, version: string): void => {
  const path = join(folder, reportName)
  if (!existsSync(path)) return
  const { body } = parseReport(readFileSync(path, "utf8"))
  writeFileSync(path, formatReport({ released: { version, hash: hashOfApi(body) }, body }))
}
