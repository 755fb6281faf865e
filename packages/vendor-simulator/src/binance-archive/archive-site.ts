import { otherIntervals } from "../binance/intervals.ts"
import { geoBlocked } from "../binance/failures.ts"
import type { FaultPlan } from "../fault-plan.ts"
import { type AnswerFault, type Fault, isAnswerFault } from "../faults.ts"
import { faultOfReply, inForm, type ShapedAnswer } from "../shaped-answer.ts"
import { httpDate } from "../http-date.ts"
import type { Market } from "../market/market.ts"
import type { Answer, VendorReply, VendorRequest, VendorSite } from "../vendor-site.ts"
import { createArchiveFiles } from "./archive-files.ts"
import { type ArchivePath, nameOf, parseArchivePath, publishedAt } from "./archive-key.ts"
import { isFileDefect } from "./file-defects.ts"
import { listingPage } from "./listing-page.ts"
import { accessDenied, internalError, noSuchKey, notSimulated, slowDown, xmlAnswer } from "./s3-answers.ts"

/** Where the bucket is listed: at the address itself, and by its name as on S3's own host. */
const listingPaths: ReadonlySet<string> = new Set(["/", "/data.binance.vision"])

/**
 * Binance's bulk archive: klines of spot pairs as zips with their checksums, and the listing of the bucket. It is free
 * of weight and limits.
 * @see https://github.com/binance/binance-public-data
 */
export const binanceArchiveSite = (options: {
  readonly market: Market
  readonly faultPlan: () => FaultPlan
}): VendorSite => {
  const { market, faultPlan } = options
  const files = createArchiveFiles(market)
  let rules: FaultPlan | undefined

  /** The next fault. New rules find files as they were made. */
  const nextFault = (endpoint: string, path: ArchivePath | undefined, asked: VendorRequest) => {
    const plan = faultPlan()
    if (plan !== rules) files.mend()
    rules = plan
    const parameters =
      path === undefined
        ? asked.parameters
        : new URLSearchParams({
            symbol: path.key.symbol,
            interval: path.key.timeframe,
            period: path.key.period,
            part: path.part,
          })
    return plan.next({ vendor, endpoint, parameters })
  }

  const fileAnswer = (
    { key, part }: ArchivePath,
    request: VendorRequest,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    const isDamaged =
      fault !== undefined &&
      isFileDefect(fault.type) &&
      files.has(key, request.time) &&
      files.damage(key, fault.type)
    const file = files.find(key, request.time)
    if (file === undefined) return { answer: noSuchKey(request.path), faulty: false }
    const { zip, etag } = file
    const headers = { Server: "AmazonS3", ETag: etag, "Last-Modified": httpDate(publishedAt(key)) }
    if (part === "CHECKSUM") {
      const isWrong = fault?.type === "wrong-checksum"
      const sha256 = isWrong ? file.sha256.split("").toReversed().join("") : file.sha256
      const body = `${sha256}  ${nameOf(key)}.zip\n`
      const type = { "Content-Type": "binary/octet-stream" }
      // The tag of the text follows from that of the file.
      const answer = { status: 200, headers: { ...headers, ...type, ETag: `"${sha256.slice(0, 32)}"` }, body }
      return { answer, faulty: isWrong || isDamaged }
    }
    if (request.headers["if-none-match"] === etag)
      return { answer: { status: 304, headers, body: "" }, faulty: isDamaged }
    const isTruncated = fault?.type === "truncated-zip"
    const body = isTruncated ? zip.subarray(0, Math.floor(zip.length * 0.6)) : zip
    return {
      answer: { status: 200, headers: { ...headers, "Content-Type": "application/zip" }, body },
      faulty: isTruncated || isDamaged,
    }
  }

  const askedAnswer = (
    request: VendorRequest,
    endpoint: string,
    path: ArchivePath | undefined,
    fault: Fault | undefined,
  ): ShapedAnswer => {
    if (path !== undefined) return fileAnswer(path, request, fault)
    if (endpoint !== "archive listing") {
      const interval = otherIntervals.find((name) => request.path.includes(`/${name}/`))
      const answer =
        interval === undefined ? noSuchKey(request.path) : notSimulated(`the interval ${interval}`)
      return { answer, faulty: false }
    }
    const { parameters, time } = request
    if (parameters.get("delimiter") !== "/")
      return { answer: notSimulated("listings without delimiter=/"), faulty: false }
    const asked = { prefix: parameters.get("prefix") ?? "", marker: parameters.get("marker") ?? "" }
    return { answer: xmlAnswer(200, listingPage(asked, market, files, time)), faulty: false }
  }

  const reply = (request: VendorRequest): VendorReply => {
    const isRead = request.method === "GET" || request.method === "HEAD"
    const path = isRead ? parseArchivePath(request.path) : undefined
    const isListing = isRead && listingPaths.has(request.path)
    const endpoint = isListing
      ? "archive listing"
      : path === undefined
        ? "unknown"
        : `archive ${path.key.kind}`
    const fault = nextFault(endpoint, path, request)
    const shaped = shapedAnswer(fault, () => askedAnswer(request, endpoint, path, fault))
    return {
      endpoint,
      weight: 0,
      answer: shaped.answer,
      ...faultOfReply(shaped, fault),
      insidePause: false,
      insideBan: false,
    }
  }
  return {
    vendor,
    claims: (path) => path.startsWith("/data/") || listingPaths.has(path),
    reply,
  }
}

const vendor = "binance-archive"

const shapedAnswer = (fault: Fault | undefined, asked: () => ShapedAnswer): ShapedAnswer => {
  if (fault !== undefined && isAnswerFault(fault)) {
    const answer = answerOfFault(fault)
    return answer === undefined ? asked() : { answer, faulty: true }
  }
  return inForm(asked(), fault)
}

/** The archive counts nothing and bans nobody: a ban is left out, and too many requests are asked to slow down. */
const answerOfFault = (fault: AnswerFault): Answer | undefined => {
  switch (fault.type) {
    case "banned":
      return undefined
    case "rate-limited":
    case "overloaded":
      return slowDown()
    case "server-error":
      return internalError(fault.status ?? 500)
    case "firewall":
      return accessDenied()
    case "geo-blocked":
      return geoBlocked()
  }
}
