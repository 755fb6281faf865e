import type { Clock } from "./ports.ts"

/** Whole milliseconds, as file systems and JSON have them. */
export const systemClock: Clock = { now: () => Math.floor(performance.timeOrigin + performance.now()) }
