// Imports one module and prints what that did besides. Run by `probeImport` under Node's permission model, which refuses
// writes, sockets, processes and workers; what was refused is reported even when the module swallowed the error.
import { subscribe } from "node:diagnostics_channel"

const specifier = process.argv[2] ?? ""
const refused: Array<string> = []
for (const kind of ["fs", "net", "child", "worker", "inspector", "wasi", "addon"])
  subscribe(`node:permission-model:${kind}`, (message) => refused.push(`${kind} ${JSON.stringify(message)}`))
const read = new Set<string>()
process.env = new Proxy(process.env, {
  get: (target, key) => {
    if (typeof key === "string") read.add(`${key} ${caller()}`)
    return Reflect.get(target, key) as unknown
  },
})
const caller = (): string =>
  /\((?:file:\/\/)?([^()]+?):\d+:\d+\)|at (?:file:\/\/)?(\S+?):\d+:\d+$/m.exec(
    (new Error("who").stack ?? "").split("\n").slice(3).join("\n"),
  )?.[0] ?? "?"
const globals = new Set(Reflect.ownKeys(globalThis))
const clock = process.cpuUsage()
if (specifier !== "") await import(specifier)
const { user, system } = process.cpuUsage(clock)
const found = {
  cpuMillis: (user + system) / 1000,
  refused,
  environment: [...read],
  globals: Reflect.ownKeys(globalThis)
    .filter((key) => !globals.has(key))
    .map(String),
  // The pipe to the parent is this probe's own.
  open: process
    .getActiveResourcesInfo()
    .filter((name) => !/^(PipeWrap|TTYWrap|FSReqPromise|CloseReq)$/.test(name)),
}
process.stdout.write(JSON.stringify(found))
