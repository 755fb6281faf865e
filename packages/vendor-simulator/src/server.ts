import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { EpochMillis } from "@barkeep/market-data"
import { answerControl } from "./control-site.ts"
import { ListenFailed } from "./errors.ts"
import { sendReply } from "./send-reply.ts"
import type { ServerState } from "./server-state.ts"
import type { VendorReply } from "./vendor-site.ts"

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
      : site.reply({
          time,
          method,
          path: url.pathname,
          parameters: url.searchParams,
          headers: request.headers,
        })
  const entry = logEntry(time, site?.vendor ?? "none", url, reply)
  state.log.push(entry)
  const settle = (): void => {
    entry.status = response.headersSent ? response.statusCode : 0
    entry.completed = response.writableFinished
  }
  response.once("finish", settle)
  response.once("close", settle)
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
  status: reply.delivery?.type === "reset" || reply.delivery?.type === "hang" ? 0 : reply.answer.status,
  ...(reply.fault === undefined ? {} : { fault: reply.fault }),
  ...(reply.refusedBy === undefined ? {} : { refusedBy: reply.refusedBy }),
  insidePause: reply.insidePause,
  insideBan: reply.insideBan,
  completed: false,
})

const nobody: VendorReply = {
  endpoint: "unknown",
  weight: 0,
  answer: {
    status: 404,
    headers: { "Content-Type": "text/plain" },
    body: "no simulated vendor has this path\n",
  },
  delivery: undefined,
  fault: undefined,
  insidePause: false,
  insideBan: false,
}
