import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { isUnreleased, parseReport, reportName } from "../src/api/released-mark.ts"
import { effectIssues, surfaceOf } from "../src/api/reachable.ts"
import { apiReportBody, readBuilt, typedEntries } from "../src/api/report.ts"
import { readChangesets } from "../src/release-version.ts"
import { root, workspacePackages } from "../src/workspace.ts"

const packages = workspacePackages().filter(
  (one) => one.manifest.private !== true && typedEntries(one).length > 0,
)
const named = new Set(readChangesets(root).flatMap(({ bumps }) => [...bumps.keys()]))

describe.each(packages)("the API report of $manifest.name", (one) => {
  const path = join(root, one.folder, reportName)
  const report = parseReport(existsSync(path) ? readFileSync(path, "utf8") : "")

  it("is what its types say (`pnpm api` writes it)", () => {
    expect(report.body).toBe(apiReportBody(one, readBuilt(join(root, one.folder))))
  })

  it("differs from the last release only with a changeset that names the package", () => {
    expect(!isUnreleased(report) || named.has(one.manifest.name)).toBe(true)
  })
})

describe("no type of Effect shows", () => {
  const roots = packages.flatMap((one) =>
    typedEntries(one)
      .filter(({ specifier }) => !specifier.endsWith("/effect"))
      .map(({ specifier, types }) => ({ specifier, types, folder: join(root, one.folder) })),
  )

  it.each(roots)("in $specifier", ({ specifier, types, folder }) => {
    expect(effectIssues(specifier, surfaceOf(types, readBuilt(folder)))).toEqual([])
  })

  it("is a check that finds Effect where it is", () => {
    const cache = join(root, "packages/cache-core")
    expect(effectIssues("./effect", surfaceOf("dist/effect.d.ts", readBuilt(cache))).join()).toMatch(
      /shows \* of effect\/Effect/,
    )
  })
})
