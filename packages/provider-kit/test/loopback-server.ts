import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface LoopbackServer extends AsyncDisposable {
  readonly baseUrl: string
  /** What was asked, in order, with the time of asking. */
  readonly requests: ReadonlyArray<{
    readonly url: string
    readonly at: number
    readonly headers: IncomingMessage["headers"]
  }>
}

/** A real HTTP server on 127.0.0.1; `answer` is told how many requests came before this one. */
export const startServer = async (
  answer: (response: ServerResponse, index: number, request: IncomingMessage) => void,
): Promise<LoopbackServer> => {
  const requests: Array<LoopbackServer["requests"][number]> = []
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? "", at: Date.now(), headers: request.headers })
    answer(response, requests.length - 1, request)
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

export const sendJson = (
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void => {
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body))
}
