import { findListing } from "./listings.ts"
import { evidence, type Reading } from "./reading.ts"
import { isUsTicker, readUsTicker, sharedCalendar, usShare } from "./us-ticker.ts"

/**
 * An American share class, preferred share, warrant, unit or right: `BRK-B`, `BAC-PL`, `ABC-WT`, `ABC-UN`, `ABC-RI`.
 * The canonical symbol has a dash and these codes, whatever the text had (`BRK.B`, `BAC.PRL`, `ABC.WS`, `ABC.U`).
 * `undefined` when the text is none.
 */
export const readUsShare = (root: string, code: string): Reading | undefined => {
  const share = isUsTicker(root) ? shareCode(code) : undefined
  if (share === undefined) return undefined
  const symbol = `${root}-${share.code}`
  if (findListing(symbol) !== undefined) return readUsTicker(symbol)
  return {
    instrument: usShare(symbol),
    certainty: share.isKnown ? "likely" : "guess",
    evidence: [evidence("share-class", `${share.meaning} of ${root}`), sharedCalendar],
  }
}

interface ShareCode {
  readonly code: string
  readonly meaning: string
  readonly isKnown: boolean
}

/** @see https://www.nasdaqtrader.com/trader.aspx?id=CQSsymbolconvention */
const shareCode = (text: string): ShareCode | undefined => {
  const preferred = /^PR?([A-Z])$/.exec(text)
  if (text === "P") return known("P", "preferred share")
  // "PR" is series R: a preferred share without series is "P".
  if (preferred !== null) return known(`P${preferred[1]}`, `preferred share, series ${preferred[1]},`)
  const warrant = /^W(?:[ST]([A-Z]?))?$/.exec(text)
  if (warrant !== null) return known(`WT${warrant[1] ?? ""}`, "warrant")
  if (text === "U" || text === "UN") return known("UN", "unit")
  if (text === "R" || text === "RI" || text === "RT") return known("RI", "right")
  if (text === "WI") return known("WI", "when-issued share")
  if (/^[A-Z]$/.test(text)) return known(text, `class ${text} share`)
  return /^[A-Z]{2}$/.test(text)
    ? { code: text, meaning: `share with the code ${text}`, isKnown: false }
    : undefined
}

const known = (code: string, meaning: string): ShareCode => ({ code, meaning, isKnown: true })
