import { spawnSync } from "node:child_process"

/** A Python that has the module; `undefined` when this machine has none. `BARKEEP_PYTHON` names one to try first. */
export const findPython = (module: string): string | undefined =>
  [process.env["BARKEEP_PYTHON"], "python3", "/usr/bin/python3"].find(
    (python) => python !== undefined && spawnSync(python, ["-c", `import ${module}`]).status === 0,
  )

/** What a script prints. */
export const runPython = (
  python: string | undefined,
  script: string,
  ...rest: ReadonlyArray<string>
): string => {
  const { stdout, stderr, status } = spawnSync(python ?? "", ["-c", script, ...rest], {
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}
