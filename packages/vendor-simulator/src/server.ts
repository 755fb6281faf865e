import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { EpochMillis } from "@barkeep/market-data"
import type { Clock } from "./clock.ts"
import { answerControl } from "./control-site.ts"
import { ListenFailed } from "./errors.ts"
import type { FaultPlan } from "./fault-plan.ts"
import type { FaultRule } from "./faults.ts"
import type { LoggedRequest } from "./request-log.ts"
import { sendReply } from "./send-reply.ts"
import type { VendorReply, VendorSite } from "./vendor-site.ts"

/** What the server and its control pages share. */
export interface ServerState {
  readonly clock: Clock
  readonly sites: ReadonlyArray<VendorSite>
  readonly log: Array<LoggedRequest>
  readonly faultPlan: () => FaultPlan
  readonly setFaults: (rules: ReadonlyArray<FaultRule>) => void
}

export interface LoopbackServer {
  readonly port: number
  /** Cuts the connections that are open and stops listening. */
  readonly close: () => Promise<void>
}

/** Longer than clients keep idle connections, so that none is closed under a request. */
const keepAliveMillis = 75_000

/**
 * Listens on 127.0.0.1 and nowhere else.
 * @param port 0 for any free one
 * @throws {ListenFailed} when the port is taken or not allowed
 */
export const listenOnLoopback = async (state: ServerState, port: number): Promise<LoopbackServer> => {
  const timers = new Set<NodeJS.Timeout>()
  const server = createServer({ keepAliveTimeout: keepAliveMillis }, (request, response) => {
    const url = URL.parse(`http://127.0.0.1${request.url}`)
    if (url === null) response.writeHead(400).end()
    else if (url.pathname.startsWith("/_simulator/")) void answerControl(state, request, response, url)
    else answerVendor(state, request, response, url, timers)
  })
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(new ListenFailed(port, error)))
    server.listen(port, "127.0.0.1", resolve)
  })
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        for (const timer of timers) clearTimeout(timer)
        server.close((error) => (error === undefined ? resolve() : reject(error)))
        server.closeAllConnections()
      }),
  }
}

const answerVendor = (
  state: ServerState,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  timers: Set<NodeJS.Timeout>,
): void => {
  const time = state.clock.now()
  const site = state.sites.find((candidate) => candidate.claims(url.pathname))
  const method = request.method ?? "GET"
  const reply: VendorReply =
    site === undefined
      ? nobody
      : site.reply({ time, method, path: url.pathname, parameters: url.searchParams, headers: request.headers })
  const entry = logEntry(time, site?.vendor ?? "none", url, reply)
  state.log.push(entry)
  response.once("close", () => {
    entry.status = response.headersSent ? response.statusCode : 0
    entry.completed = response.writableFinished
  })
  sendReply(response, reply, time, (millis, task) => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      if (!response.destroyed) task()
    }, millis)
    timers.add(timer)
  })
}

const logEntry = (time: EpochMillis, vendor: string, url: URL, reply: VendorReply) => ({
  time,
  vendor,
  endpoint: reply.endpoint,
  path: url.pathname,
  query: url.search.slice(1),
  weight: reply.weight,
  status: reply.delivery.type === "reset" || reply.delivery.type === "hang" ? 0 : reply.answer.status,
  ...(reply.fault === undefined ? {} : { fault: reply.fault }),
  insidePause: reply.insidePause,
  insideBan: reply.insideBan,
  completed: false,
})

const nobody: VendorReply = {
  endpoint: "unknown",
  weight: 0,
  answer: { status: 404, headers: { "Content-Type": "text/plain" }, body: "no simulated vendor has this path\n" },
  delivery: { type: "whole" },
  fault: undefined,
  insidePause: false,
  insideBan: false,
}
