import type { ServerResponse } from "node:http"
import type { EpochMillis } from "@barkeep/market-data"
import { httpDate } from "./http-date.ts"
import type { VendorReply } from "./vendor-site.ts"

/**
 * Sends a reply, whole or the way its delivery fault says.
 * @param later runs a function after so many real milliseconds, unless the connection ends before
 */
export const sendReply = (
  response: ServerResponse,
  reply: VendorReply,
  now: EpochMillis,
  later: (millis: number, task: () => void) => void,
): void => {
  const { answer, delivery } = reply
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body
  const writeHead = (): void => {
    response.writeHead(answer.status, {
      Date: httpDate(now),
      ...answer.headers,
      "Content-Length": body.length,
    })
  }
  const sendWhole = (): void => {
    writeHead()
    response.end(body)
  }
  switch (delivery?.type) {
    case undefined:
      sendWhole()
      break
    case "reset":
      response.socket?.resetAndDestroy()
      break
    case "half-body":
      writeHead()
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy())
      break
    case "slow-body":
      writeHead()
      dripBody(response, body, delivery.millis ?? 2000, delivery.chunks ?? 10, later)
      break
    case "hang":
      if (delivery.millis !== undefined) later(delivery.millis, sendWhole)
      break
  }
}

const dripBody = (
  response: ServerResponse,
  body: Buffer,
  millis: number,
  chunks: number,
  later: (millis: number, task: () => void) => void,
): void => {
  const size = Math.ceil(body.length / chunks)
  const send = (from: number): void => {
    if (from + size >= body.length) response.end(body.subarray(from))
    else {
      response.write(body.subarray(from, from + size))
      later(millis / chunks, () => send(from + size))
    }
  }
  send(0)
}
