import { defineConfig } from "vitest/config"

export default defineConfig({
  // Workspace packages run from their .ts source: no build is needed before a test.
  resolve: { conditions: ["@barkeep/source"] },
  ssr: { resolve: { conditions: ["@barkeep/source"] } },
  test: {
    include: ["test/**/*.test.ts"],
    // Effect is loaded once per worker, not once per test file.
    isolate: false,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
  },
})
