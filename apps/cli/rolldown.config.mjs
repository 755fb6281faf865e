import { defineConfig } from "rolldown"

// Self-contained, so that it installs with no dependencies; one chunk per command, so that none waits for another's code.
export default defineConfig({
  input: { barkeep: "src/main.ts" },
  platform: "node",
  resolve: { conditionNames: ["@barkeep/source", "import", "node", "default"] },
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: "[name].mjs",
    chunkFileNames: "chunks/[name]-[hash].mjs",
    minify: false,
    sourcemap: false,
  },
})
