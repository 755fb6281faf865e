import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"

/**
 * Puts the writer of the kill campaign and all that it imports into one file, which starts in a third of the time:
 * starting writers is most of what a campaign does.
 */
export const bundleWriter = async (file: string): Promise<void> => {
  const bundle = await rolldown({
    input: fileURLToPath(new URL("kill-writer.ts", import.meta.url)),
    platform: "node",
    resolve: { conditionNames: ["@barkeep/source", "import", "node", "default"] },
  })
  await bundle.write({ file, format: "esm", codeSplitting: false })
  await bundle.close()
}
