import process from "node:process"
import { InvalidInput, isoTime } from "@barkeep/market-data"
import { readCommandLine, usage } from "./command-line.ts"
import { ListenFailed, UnusableRecording } from "./errors.ts"
import type { RecordingSummary } from "./market/read-recording.ts"
import { startVendorSimulator } from "./vendor-simulator.ts"

/** Exit code of a command line that cannot be carried out. */
const usageExitCode = 2

/** What standard error says about a recording, so that nothing about it is done silently. */
const describeRecording = (recording: RecordingSummary): string => {
  const { symbol, timeframe, name, rows, firstOpenTime, lastOpenTime, reversed, duplicates, conflicts } =
    recording
  const notes = [
    reversed ? "; was newest first" : "",
    duplicates > 0
      ? `; ${duplicates} rows with an open time of another left out, ${conflicts} of them different`
      : "",
  ]
  return `${symbol} ${timeframe}: ${rows} rows ${isoTime(firstOpenTime)} to ${isoTime(lastOpenTime)} from ${name}${notes.join("")}\n`
}

const run = async (): Promise<void> => {
  const commandLine = await readCommandLine(process.argv.slice(2))
  if (commandLine.help) {
    process.stdout.write(usage)
    return
  }
  const simulator = await startVendorSimulator(commandLine.options)
  for (const recording of simulator.recordings) process.stderr.write(describeRecording(recording))
  // With the server closed nothing keeps the process alive, and it ends with code 0.
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void simulator.close())
  process.stdout.write(`${JSON.stringify(simulator.urls)}\n`)
}

try {
  await run()
} catch (error) {
  if (!(error instanceof InvalidInput || error instanceof UnusableRecording || error instanceof ListenFailed))
    throw error
  process.stderr.write(`barkeep-vendor-simulator: ${error.message}\n`)
  process.exitCode = usageExitCode
}
