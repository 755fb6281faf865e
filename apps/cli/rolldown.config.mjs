import { readdirSync } from "node:fs"
import { defineConfig } from "rolldown"

/** Worker threads of the app itself: they look for `<name>.mjs` beside the program. */
const workers = readdirSync("src").filter((name) => name.endsWith("-worker.ts"))

// Self-contained, so that it installs with no dependencies; one chunk per command, so that none waits for another's code.
export default defineConfig({
  input: {
    barkeep: "src/main.ts",
    ...Object.fromEntries(workers.map((name) => [name.replace(/\.ts$/, ""), `src/${name}`])),
    // cache-core looks for it beside the module that starts it, which is a chunk here.
    "chunks/decode-worker": "../../packages/cache-core/src/codec/decode-worker.ts",
  },
  platform: "node",
  resolve: { conditionNames: ["@barkeep/source", "import", "node", "default"] },
  output: {
    dir: "dist",
    format: "esm",
    cleanDir: true,
    entryFileNames: ({ name }) => (name.startsWith("chunks/") ? `${name}.js` : `${name}.mjs`),
    chunkFileNames: "chunks/[name]-[hash].mjs",
    // Names and lines stay, so that a stack can be read; licences stay, as their authors ask.
    minify: { compress: true, mangle: false, codegen: { removeWhitespace: false } },
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: false,
  },
})
