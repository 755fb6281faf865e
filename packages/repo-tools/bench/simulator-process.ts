// A simulator without limits in a process of its own; prints its address and serves until it is stopped.
import { startVendorSimulator } from "@barkeep/vendor-simulator"

const simulator = await startVendorSimulator({
  seed: 1,
  limits: { weightPerMinute: Number.MAX_SAFE_INTEGER },
})
console.log(JSON.stringify(simulator.urls))
process.on("SIGTERM", () => void simulator.close())
