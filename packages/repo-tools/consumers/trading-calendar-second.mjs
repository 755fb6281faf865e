// Uses what only the second release has.
import { secondRelease } from "@barkeep/trading-calendar"

console.log(secondRelease)
