// The command, installed globally into a prefix of its own and run from an empty folder.
import { mkdirSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { makeConsumer } from "./consumer.ts"
import { plainEnvironment, run } from "./run-program.ts"
import type { ConsumerContext } from "./single-installs.ts"

interface GlobalContext extends ConsumerContext {
  /** The version that must have been installed. */
  readonly version: string
}

export const proveGlobalInstall = async ({
  folder,
  machine,
  simulator,
  assertions,
  version,
}: GlobalContext) => {
  const { equal, holds, step } = assertions
  const consumer = makeConsumer(join(folder, "anywhere"), machine)
  const prefix = join(folder, "global")
  mkdirSync(prefix)
  await step("npm install --global @barkeep/cli", () =>
    consumer.npm("install", "--global", "--prefix", prefix, "@barkeep/cli"),
  )
  const bin = process.platform === "win32" ? prefix : join(prefix, "bin")
  const env = {
    ...plainEnvironment(machine.node),
    PATH: [bin, dirname(machine.node), process.env["PATH"]].join(delimiter),
    ...simulator,
    BARKEEP_CACHE_DIR: join(folder, "cli-cache"),
    BARKEEP_STATE_DIR: join(folder, "cli-state"),
    NO_COLOR: "1",
  }
  const barkeep = async (...args: ReadonlyArray<string>): Promise<string> =>
    (await run("barkeep", args, { cwd: consumer.folder, env })).stdout.trimEnd()

  holds("the installed command tells its version", (await barkeep("--version")).endsWith(version), version)
  const range = ["--start-date", "2023-01-01", "--end-date", "2023-01-31"]
  const report = JSON.parse(
    await barkeep("populate", "--symbols", "BTCUSDT", "--intervals", "1h,1d", ...range, "--json"),
  ) as { readonly outcomes?: ReadonlyArray<{ readonly status?: string }> }
  holds("the installed command populates a cache", report.outcomes !== undefined, report)
  const rows = (await barkeep("get", "BTCUSDT", "1d", ...range)).split("\n")
  equal(
    "the installed command gives the bars back",
    [rows.length, rows[0], rows.at(-1)?.split(",")[0]],
    [32, "timestamp,open,high,low,close,volume", "2023-01-31"],
  )
  holds("the installed command verifies its files", (await barkeep("verify")).length > 0)

  return {
    pickUp: async (next: string): Promise<void> => {
      await step("npm update --global @barkeep/cli", () =>
        consumer.npm("update", "--global", "--prefix", prefix, "@barkeep/cli"),
      )
      holds(
        "npm update brings the command's second release",
        (await barkeep("--version")).endsWith(next),
        next,
      )
    },
  }
}
