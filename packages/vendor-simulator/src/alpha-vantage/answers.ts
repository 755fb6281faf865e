import type { Answer } from "../vendor-site.ts"
import { vendorTexts } from "./vendor-texts.ts"

/** What all answers have in common, as Cloudflare in front of Heroku sends it. */
const commonHeaders = { Server: "cloudflare", Via: "1.1 vegur" }

/** A 200 of JSON, indented as Alpha Vantage does. */
export const jsonAnswer = (value: object): Answer => ({
  status: 200,
  headers: { ...commonHeaders, "Content-Type": "application/json" },
  body: JSON.stringify(value, undefined, 4),
})

/** A 200 of CSV as a download: lines with CRLF, the last one too. */
export const csvAnswer = (fileName: string, lines: ReadonlyArray<string>): Answer => ({
  status: 200,
  headers: {
    ...commonHeaders,
    "Content-Type": "application/x-download",
    "Content-Disposition": `attachment; filename=${fileName}.csv`,
  },
  body: lines.map((line) => `${line}\r\n`).join(""),
})

/** A refusal: status 200 and JSON, also where CSV was asked for. */
export const refusal = (member: "Error Message" | "Information" | "Note", text: string): Answer =>
  jsonAnswer({ [member]: text })

export const invalidCall = (name: string): Answer => refusal("Error Message", vendorTexts.invalidCall(name))

/** Not Alpha Vantage's: the real one can do this. */
export const notSimulated = (what: string): Answer => ({
  ...refusal("Error Message", `The simulator does not simulate ${what}.`),
  status: 501,
})

/** A page of the network in front of the API, or of a maintenance. */
export const htmlAnswer = (status: number, title: string): Answer => ({
  status,
  headers: { ...commonHeaders, "Content-Type": "text/html" },
  body: `<!DOCTYPE html>\n<html><head><title>${title}</title></head>\n<body><h1>${title}</h1></body></html>\n`,
})
