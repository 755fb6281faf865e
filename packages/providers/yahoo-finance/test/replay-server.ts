import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

export interface Reply {
  readonly status?: number
  readonly headers?: Record<string, string>
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown
}

export interface ReplayServer extends AsyncDisposable {
  readonly baseUrl: string
  readonly requests: ReadonlyArray<{ readonly url: URL; readonly headers: Record<string, unknown> }>
}

/** A server on 127.0.0.1 that answers the n-th request with `reply(n)`, at the time of `now`. */
export const startReplay = async (
  now: () => number,
  reply: (index: number, url: URL) => Reply,
): Promise<ReplayServer> => {
  const requests: Array<{ url: URL; headers: Record<string, unknown> }> = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://localhost")
    requests.push({ url, headers: request.headers })
    const { status = 200, headers = {}, body = "" } = reply(requests.length - 1, url)
    response.sendDate = false
    response.writeHead(status, {
      "content-type": "application/json;charset=utf-8",
      date: new Date(now()).toUTCString(),
      ...headers,
    })
    response.end(typeof body === "string" ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
