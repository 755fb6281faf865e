import { defineConfig } from "rolldown"

// One self-contained file: it starts in a fraction of the time of the separate modules, and installs with no dependencies.
export default defineConfig({
  input: "src/main.ts",
  platform: "node",
  resolve: { conditionNames: ["@barkeep/source", "import", "node", "default"] },
  output: { file: "dist/barkeep.mjs", format: "esm", codeSplitting: false, minify: false, sourcemap: false },
})
