import { readFile } from "node:fs/promises"
import { parseArgs } from "node:util"
import { InvalidInput, parseIsoTime, parseTimeframe } from "@barkeep/market-data"
import type { KeyPlan } from "./alpha-vantage/plans.ts"
import type { FaultRule } from "./faults.ts"
import type { Halt } from "./market/halts.ts"
import type { Recording } from "./market/read-recording.ts"
import { type DuplicateRule, duplicateRules } from "./market/recorded-bars.ts"
import { parseFaultRules } from "./parse-fault-rules.ts"
import type { SessionEvent } from "./session-market/corporate-actions.ts"
import type { VendorSimulatorOptions } from "./vendor-simulator.ts"

export const usage = `barkeep-vendor-simulator: market data vendors on 127.0.0.1, for tests and demos

  barkeep-vendor-simulator [options]

Prints one JSON line with the environment variables that point Barkeep at it, then serves until SIGTERM or SIGINT.

  --port N                       port to listen on; 0 (default) takes any free one
  --seed N                       seed of the invented market and of random faults (default 1)
  --now ISO                      where the clock starts, for example 2024-06-01T00:00:00Z; it then runs on
  --data SYMBOL:TIMEFRAME:FILE   serve recorded bars from a CSV or CSV.gz file instead (may be repeated);
                                 SYMBOL@MARKET for a share that is not listed: XLK@XNYS:1d:FILE
  --duplicates refuse|first|last which row of a file counts when several have one open time (default first)
  --halt SYMBOL:FROM:TO          a range without bars, ISO times or dates in UTC, * for all symbols (may be repeated)
  --split SYMBOL:TIME:NEW/OLD    a split, ISO time or date in UTC: AAPL:2024-06-03:4/1 (may be repeated)
  --faults JSON|FILE             fault rules, see the README
  --weight-per-minute N          request weight that Binance allows per minute (default 6000)
  --alpha-vantage-key KEY:PLAN   a key of Alpha Vantage, free or premium; then no others exist (may be repeated)
  --help                         this text

  barkeep-vendor-simulator --now 2024-06-01T00:00:00Z --halt BTCUSDT:2024-05-01:2024-05-02
  barkeep-vendor-simulator --data BTCUSDT:1h:bars.csv.gz --duplicates first
  barkeep-vendor-simulator --faults '[{"probability":0.01,"fault":{"type":"reset"}}]'
`

/** What a command line asks for: this text, or a simulator with these options. */
export type CommandLine =
  | { readonly help: true }
  | { readonly help: false; readonly options: VendorSimulatorOptions }

/**
 * Reads a command line; reads the file of `--faults` too.
 * @throws {InvalidInput} when an argument is unknown or not usable
 */
export const readCommandLine = async (args: ReadonlyArray<string>): Promise<CommandLine> => {
  const values = readFlags(args)
  if (values.help === true) return { help: true }
  const weightPerMinute = values["weight-per-minute"]
  const alphaVantageKeys = values["alpha-vantage-key"]
  const duplicates = readDuplicates(values.duplicates)
  return {
    help: false,
    options: {
      ...(values.port === undefined ? {} : { port: readInteger("--port", values.port) }),
      ...(values.seed === undefined ? {} : { seed: readInteger("--seed", values.seed) }),
      ...(values.now === undefined ? {} : { now: readNow(values.now) }),
      ...(values.faults === undefined ? {} : { faults: await readFaults(values.faults) }),
      ...(weightPerMinute === undefined
        ? {}
        : { limits: { weightPerMinute: readInteger("--weight-per-minute", weightPerMinute) } }),
      ...(alphaVantageKeys === undefined
        ? {}
        : { alphaVantage: { keys: Object.fromEntries(alphaVantageKeys.map(readKey)) } }),
      data: (values.data ?? []).map((text) => readRecordingArgument(text, duplicates)),
      halts: (values.halt ?? []).map(readHalt),
      ...(values.split === undefined ? {} : { events: values.split.map(readSplit) }),
    },
  }
}

const readFlags = (args: ReadonlyArray<string>) => {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: "string" },
        seed: { type: "string" },
        now: { type: "string" },
        data: { type: "string", multiple: true },
        duplicates: { type: "string" },
        halt: { type: "string", multiple: true },
        split: { type: "string", multiple: true },
        faults: { type: "string" },
        "weight-per-minute": { type: "string" },
        "alpha-vantage-key": { type: "string", multiple: true },
        help: { type: "boolean" },
      },
    }).values
  } catch (error) {
    // parseArgs throws its own TypeError for what it does not know.
    throw new InvalidInput({
      field: "arguments",
      value: args.join(" "),
      expected: `understood (${error instanceof Error ? error.message.split("\n")[0] : String(error)}); see --help`,
    })
  }
}

const readInteger = (flag: string, text: string): number => {
  if (!/^-?\d{1,15}$/.test(text))
    throw new InvalidInput({ field: flag, value: text, expected: "a whole number" })
  return Number(text)
}

/** Splits at the first two colons only: a Windows path has one of its own. */
const readRecordingArgument = (text: string, duplicates: DuplicateRule): Recording => {
  const [, symbol, market, timeframe, path] = /^([^:@]+)(?:@([^:]+))?:([^:]+):(.+)$/s.exec(text) ?? []
  if (symbol === undefined || timeframe === undefined || path === undefined)
    throw new InvalidInput({ field: "--data", value: text, expected: "SYMBOL:TIMEFRAME:FILE" })
  return {
    symbol,
    timeframe: parseTimeframe(timeframe),
    path,
    duplicates,
    ...(market !== undefined && { market }),
  }
}

const readKey = (text: string): readonly [string, KeyPlan] => {
  const [, key, plan] = /^([^:]+):(free|premium)$/.exec(text) ?? []
  if (key === undefined || plan === undefined)
    throw new InvalidInput({
      field: "--alpha-vantage-key",
      value: text,
      expected: "KEY:free or KEY:premium",
    })
  return [key, plan as KeyPlan]
}

const readDuplicates = (text = "first"): DuplicateRule => {
  const rule = duplicateRules.find((candidate) => candidate === text)
  if (rule === undefined)
    throw new InvalidInput({
      field: "--duplicates",
      value: text,
      expected: `one of ${duplicateRules.join(" ")}`,
    })
  return rule
}

const time = String.raw`\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?`
const haltText = new RegExp(`^([^:]+):(${time}):(${time})$`)

const readHalt = (text: string): Halt => {
  const [, symbol, from, to] = haltText.exec(text) ?? []
  if (symbol === undefined || from === undefined || to === undefined)
    throw new InvalidInput({
      field: "--halt",
      value: text,
      expected: "SYMBOL:FROM:TO with times such as 2024-01-01 or 2024-01-01T02:00:00Z",
    })
  return { symbol, range: { from: readTime(from), to: readTime(to) } }
}

const splitText = new RegExp(`^([^:]+):(${time}):(\\d{1,5})/(\\d{1,5})$`)

const readSplit = (text: string): SessionEvent => {
  const [, symbol, at, numerator, denominator] = splitText.exec(text) ?? []
  if (symbol === undefined || at === undefined)
    throw new InvalidInput({
      field: "--split",
      value: text,
      expected: "SYMBOL:TIME:NEW/OLD such as AAPL:2024-06-03:4/1",
    })
  return { symbol, time: readTime(at), split: [Number(numerator), Number(denominator)] }
}

const readNow = (text: string): number => {
  if (!new RegExp(`^${time}$`).test(text))
    throw new InvalidInput({ field: "--now", value: text, expected: "a time such as 2024-06-01T00:00:00Z" })
  return readTime(text)
}

const readTime = (text: string): number => parseIsoTime(text.length === 10 ? `${text}T00:00:00Z` : text)

const readFaults = async (text: string): Promise<ReadonlyArray<FaultRule>> => {
  const json = /^\s*\[/.test(text) ? text : await readFaultFile(text)
  try {
    return parseFaultRules(JSON.parse(json))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new InvalidInput({ field: "--faults", value: text, expected: `JSON (${error.message})` })
  }
}

const readFaultFile = async (path: string): Promise<string> => {
  try {
    return await readFile(path, "utf8")
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InvalidInput({
      field: "--faults",
      value: path,
      expected: `a JSON array or a readable file (${reason})`,
    })
  }
}
