import { mergeConfig } from "vitest/config"
// @boundaries-ignore all packages share the one configuration
import shared from "../../packages/repo-tools/vitest.shared.ts"

// These tests mostly wait for processes that they start.
export default mergeConfig(shared, { test: { maxWorkers: 2 } })
