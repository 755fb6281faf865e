// @boundaries-ignore all packages share the one configuration
export { default } from "../repo-tools/vitest.shared.ts"
