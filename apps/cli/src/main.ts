import { processHandles } from "./process-handles.ts"
import { runBarkeep } from "./run.ts"

process.exitCode = await runBarkeep(processHandles())
