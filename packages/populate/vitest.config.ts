// @boundaries-ignore all packages share the one configuration at the root
export { default } from "../../vitest.config.ts"
