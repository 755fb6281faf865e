// `pnpm api`: writes the API report of every public package, from its build.
import { existsSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root, workspacePackages } from "../workspace.ts"
import { formatReport, parseReport, reportName } from "./released-mark.ts"
import { apiReportBody, readBuilt } from "./report.ts"

for (const one of workspacePackages().filter(({ manifest }) => manifest.private !== true)) {
  const folder = join(root, one.folder)
  const body = apiReportBody(one, readBuilt(folder))
  if (body === undefined) continue
  const path = join(folder, reportName)
  const before = existsSync(path) ? readFileSync(path, "utf8") : ""
  const after = formatReport({ released: parseReport(before).released, body })
  if (after === before) continue
  writeFileSync(path, after)
  console.log(`${one.folder}/${reportName} written`)
}
