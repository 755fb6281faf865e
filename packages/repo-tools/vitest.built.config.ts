// Tests of the built whole: what is shipped, and what the READMEs say about it. They need every package's build.
import { defineConfig } from "vitest/config"
import shared from "./vitest.shared.ts"

export default defineConfig({
  ...shared,
  test: {
    ...shared.test,
    include: ["test-built/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    outputFile: { json: ".vitest/built.json" },
  },
})
