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
    // Names and lines stay, so that a stack can be read; licences stay, as their authors ask.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: false,
  },
})
