import { Temporal } from "temporal-polyfill"
import type { Clock } from "./store-context.ts"

/** The system's clock. */
export const systemClock: Clock = { now: () => Temporal.Now.instant().epochMilliseconds }
