import type { EpochMillis } from "@barkeep/market-data"
import type { RawAnswer } from "./exchange.ts"
import type { ProviderFailure } from "./provider-error.ts"
import { type BytesAnswer, excerpt, type JsonAnswer, type VendorAnswer } from "./vendor-answer.ts"

/** An answer in the wanted form, with what is wrong with it. */
export interface Decoded<A> {
  readonly answer: VendorAnswer
  readonly value: A
  readonly failure: ProviderFailure | undefined
  /** True when the body looks cut short: another attempt may bring it whole. */
  readonly isBroken: boolean
}

export type Decode<A> = (raw: RawAnswer, receivedAt: EpochMillis) => Decoded<A>

const isSuccess = ({ status }: RawAnswer): boolean => status >= 200 && status < 300

export const decodeText: Decode<VendorAnswer> = (raw, receivedAt) => {
  const answer = toAnswer(raw, receivedAt, toText(raw.bytes))
  return { answer, value: answer, failure: undefined, isBroken: false }
}

export const decodeBytes: Decode<BytesAnswer> = (raw, receivedAt) => {
  const answer = toAnswer(raw, receivedAt, isSuccess(raw) ? "" : toText(raw.bytes))
  return { answer, value: { ...answer, bytes: raw.bytes }, failure: undefined, isBroken: false }
}

/** @param scan reads the usual body without a detour over text; `undefined` when it does not know what it sees */
export const decodeScanned =
  (scan: (bytes: Uint8Array) => unknown): Decode<JsonAnswer> =>
  (raw, receivedAt) => {
    const body = isSuccess(raw) ? scan(raw.bytes) : undefined
    if (body === undefined) return decodeJson(raw, receivedAt)
    const answer = toAnswer(raw, receivedAt, "")
    return { answer, value: { ...answer, body }, failure: undefined, isBroken: false }
  }

export const decodeJson: Decode<JsonAnswer> = (raw, receivedAt) => {
  const text = toText(raw.bytes)
  const answer = toAnswer(raw, receivedAt, text)
  try {
    return { answer, value: { ...answer, body: JSON.parse(text) }, failure: undefined, isBroken: false }
  } catch {
    // fetch delivers a compressed body that was cut off as a shorter body, without complaint.
    const isBroken = /^\s*([[{]|$)/.test(text)
    const issue = isBroken
      ? `JSON cut short after ${raw.bytes.byteLength} bytes`
      : `no JSON but ${excerpt(text)}`
    return {
      answer,
      value: { ...answer, body: undefined },
      failure: { _tag: "MalformedResponse", issue },
      isBroken,
    }
  }
}

const toAnswer = ({ status, headers }: RawAnswer, receivedAt: EpochMillis, text: string): VendorAnswer => ({
  status,
  headers,
  text,
  receivedAt,
})

const toText = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8")
