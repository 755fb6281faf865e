import type { Answer } from "../vendor-site.ts"

/** As Binance writes it. */
export const jsonContentType = "application/json;charset=UTF-8"

/** A 200 with this JSON text. */
export const jsonAnswer = (body: Buffer | string): Answer => ({
  status: 200,
  headers: { "Content-Type": jsonContentType },
  body,
})
