// @boundaries-ignore all packages share the one configuration
export { default } from "../../packages/repo-tools/vitest.shared.ts"
