import { execFileSync } from "node:child_process"

/** A Python that has pandas: the first on PATH, or the system's. */
export const findPandas = (): string | undefined =>
  ["python3", "/usr/bin/python3"].find((python) => {
    try {
      execFileSync(python, ["-c", "import pandas"], { stdio: "ignore" })
      return true
    } catch {
      return false
    }
  })
