import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

export interface RawServer extends AsyncDisposable {
  readonly baseUrl: string
  /** Path and query of what was asked. */
  readonly asked: ReadonlyArray<string>
}

/** A real HTTP server on 127.0.0.1 for answers that no simulator gives. */
export const startRawServer = async (
  answer: (url: URL, response: ServerResponse) => void,
): Promise<RawServer> => {
  const asked: Array<string> = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? "")
    answer(new URL(request.url ?? "", "http://127.0.0.1"), response)
  })
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const kline = (openTime: number): ReadonlyArray<unknown> => [
  openTime,
  "2.0",
  "3.0",
  "1.0",
  "2.0",
  "5.0",
  openTime + 59_999,
  "10.0",
  1,
  "1.0",
  "2.0",
  "0",
]
