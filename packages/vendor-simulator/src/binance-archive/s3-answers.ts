import type { Answer } from "../vendor-site.ts"
import { escapeXml } from "./listing-page.ts"

export const xmlAnswer = (status: number, body: string): Answer => ({
  status,
  headers: { "Content-Type": "application/xml" },
  body,
})

const s3Error = (status: number, code: string, message: string, more = ""): Answer =>
  xmlAnswer(
    status,
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message>${more}</Error>`,
  )

/**
 * S3's errors, as far as the archive shows them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
 */
export const noSuchKey = (path: string): Answer =>
  s3Error(404, "NoSuchKey", "The specified key does not exist.", `<Key>${escapeXml(path.slice(1))}</Key>`)

export const accessDenied = (): Answer => s3Error(403, "AccessDenied", "Access Denied")

export const slowDown = (): Answer => s3Error(503, "SlowDown", "Please reduce your request rate.")

export const internalError = (status: number): Answer =>
  s3Error(status, "InternalError", "We encountered an internal error. Please try again.")

/** Not S3's: the real one can do this. */
export const notSimulated = (what: string): Answer =>
  s3Error(501, "NotImplemented", `The simulator does not simulate ${what}.`)
