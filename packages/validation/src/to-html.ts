import { isoTime } from "@barkeep/market-data"
import type { Finding } from "./finding.ts"
import { toHeatMap, toSvg } from "./heat-map.ts"
import { escapeHtml } from "./html-text.ts"
import { storeScore } from "./report-document.ts"
import { type ReportTable, timeText, toGapTable, toTable, worstFirst } from "./report-table.ts"
import { scoreText, scoreWeights } from "./score.ts"
import { allFindings, type EntryReport, type StoreReport } from "./store-report.ts"

export interface HtmlOptions {
  /** @default "Validation report" */
  readonly title?: string
  /** Gaps listed for each entry, the longest first. @default 200 */
  readonly maxGaps?: number
}

/**
 * The report as one page that needs nothing else: no script, no font, no address. Follows the reader's light or dark
 * setting; every figure of the picture is also in a table. Pure.
 */
export const toHtml = (
  report: StoreReport,
  { title = "Validation report", maxGaps = 200 }: HtmlOptions = {},
): string => {
  const entries = worstFirst(report)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(summaryText(report))}</p>
${missingList(report)}
</header>
<main>
<section aria-labelledby="entries"><h2 id="entries">Entries, the worst first</h2>
${scroll("Entries", tableHtml(toTable(report)))}
</section>
<section aria-labelledby="coverage"><h2 id="coverage">Coverage over time</h2>
${legend}
${scroll("Coverage over time", toSvg(toHeatMap(entries)))}
</section>
<section aria-labelledby="details"><h2 id="details">Details</h2>
${entries.map((entry) => entryHtml(entry, maxGaps)).join("\n")}
</section>
</main>
<footer><p>Rules version ${escapeHtml(report.rulesVersion)}. The score is about the share of expected bars that are there and beyond doubt.</p></footer>
</body>
</html>
`
}

const summaryText = (report: StoreReport): string => {
  const unknown = report.entries.reduce(
    (sum, entry) => sum + entry.gaps.filter((gap) => gap.reason === "unknown").length,
    0,
  )
  return (
    `${report.entries.length} entries, score ${scoreText(storeScore(report))}, ` +
    `${unknown} gaps worth filling, validated ${isoTime(report.validatedAt)}`
  )
}

const missingList = ({ missing }: StoreReport): string =>
  missing.length === 0
    ? ""
    : `<p>Not stored: ${missing.map(({ symbol, timeframe }) => escapeHtml([symbol, timeframe].filter((part) => part !== undefined).join(" "))).join(", ")}</p>`

/** Wide content scrolls by itself and by keyboard. */
const scroll = (label: string, content: string): string =>
  `<div class="scroll" role="region" tabindex="0" aria-label="${escapeHtml(label)}">${content}</div>`

const tableHtml = ({ columns, rows }: ReportTable): string => {
  const cell = (tag: "td" | "th", text: string, index: number): string =>
    `<${tag}${tag === "th" ? ' scope="col"' : ""} class="${columns[index]?.align ?? "left"}">${escapeHtml(text)}</${tag}>`
  const head = columns.map(({ name }, index) => cell("th", name, index)).join("")
  const body = rows.map((row) => `<tr>${row.map((text, index) => cell("td", text, index)).join("")}</tr>`)
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("\n")}</tbody></table>`
}

const legend = `<p class="legend">${[
  ["h5", "complete"],
  ["h4", "99 % and more"],
  ["h3", "90 % and more"],
  ["h2", "half and more"],
  ["h1", "less than half"],
  ["h0", "nothing"],
]
  .map(
    ([name, text]) =>
      `<span><svg width="12" height="12" aria-hidden="true"><rect class="${name}" width="12" height="12"/></svg> ${text}</span>`,
  )
  .join(" ")}</p>`

const entryHtml = (entry: EntryReport, maxGaps: number): string => {
  const name = `${entry.symbol} ${entry.timeframe}`
  const open = entry.status === "valid" ? "" : " open"
  return `<details${open}><summary><strong>${escapeHtml(name)}</strong> ${scoreText(entry.score.value)} ${entry.status}</summary>
${scroll(`Score of ${name}`, scoreTable(entry))}
${scroll(`Years of ${name}`, yearTable(entry))}
${gapSection(entry, name, maxGaps)}
${findingList(entry)}
</details>`
}

const scoreTable = ({ score }: EntryReport): string =>
  tableHtml({
    columns: [
      { name: "component", align: "left" },
      { name: "value", align: "right" },
      { name: "weight", align: "right" },
    ],
    rows: Object.entries(score.components)
      .filter(([, value]) => value < 1)
      .map(([name, value]) => [
        name,
        scoreText(value),
        String(scoreWeights[name as keyof typeof scoreWeights]),
      ]),
  })

const yearTable = (entry: EntryReport): string =>
  tableHtml({
    columns: ["year", "status", "score", "rows", "expected", "present", "extra"].map((name, index) => ({
      name,
      align: index < 2 ? ("left" as const) : ("right" as const),
    })),
    rows: entry.years.map((year) => [
      String(year.year),
      year.status,
      scoreText(year.score.value),
      String(year.rows),
      String(year.expected),
      String(year.present),
      String(year.extra),
    ]),
  })

const gapSection = (entry: EntryReport, name: string, maxGaps: number): string => {
  const { gaps, thin } = entry
  const thinText =
    thin.gaps === 0
      ? ""
      : `<p>${thin.gaps} silences of ${thin.missingBars} bars, the longest of ${thin.longestBars}, are what a thin market looks like.</p>`
  if (gaps.length === 0) return thinText === "" ? "<p>No gaps.</p>" : thinText
  const listed = gaps.toSorted((a, b) => b.missingBars - a.missingBars).slice(0, maxGaps)
  const rest =
    gaps.length > listed.length
      ? `<p>${gaps.length - listed.length} shorter gaps are not listed here; validate-metadata.json has all.</p>`
      : ""
  const table = tableHtml(toGapTable({ entries: [{ ...entry, gaps: listed }] }))
  return `${scroll(`Gaps of ${name}`, table)}${rest}${thinText}`
}

const findingList = (entry: EntryReport): string => {
  const findings = allFindings(entry)
  if (findings.length === 0) return ""
  return `<ul>${findings.map(({ year, finding }) => findingItem(entry, year, finding)).join("\n")}</ul>`
}

const placesShown = 5

const findingItem = (entry: EntryReport, year: number | undefined, found: Finding): string => {
  const places = found.places
    .slice(0, placesShown)
    .map((place) => `<li>${escapeHtml(`${timeText(entry, place.openTime)}: ${place.evidence}`)}</li>`)
  const path = found.path === undefined ? "" : ` <code>${escapeHtml(found.path)}</code>`
  const head = `<strong class="${found.severity}">${found.severity}</strong> ${escapeHtml(`${year === undefined ? "" : `${year}: `}${found.message}`)}${path}`
  return `<li>${head}${places.length === 0 ? "" : `<ul>${places.join("")}</ul>`}</li>`
}

const styles = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1b1f;--dim:#55555f;--line:#d5d5dc;--bad:#b3261e;--warn:#8a5a00;--h0:#7a1b4b;--h1:#b9476b;--h2:#e08a7a;--h3:#f2c18d;--h4:#b9d9b0;--h5:#3f8f6b}
@media (prefers-color-scheme:dark){:root{--bg:#141418;--fg:#e8e8ee;--dim:#a3a3af;--line:#3a3a44;--bad:#ff8a80;--warn:#ffca66;--h0:#ff6fa8;--h1:#d0527c;--h2:#a8574f;--h3:#7d6234;--h4:#3f6b49;--h5:#2f8f68}}
body{margin:0 auto;max-width:76rem;padding:1rem;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
p,footer{color:var(--dim)}
.scroll{overflow-x:auto;margin:.5rem 0}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.2rem .7rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}
.right{text-align:right}
details{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}
.error{color:var(--bad)}.warning{color:var(--warn)}.note{color:var(--dim)}
.legend span{margin-right:1rem;white-space:nowrap}
svg text{fill:var(--fg);font-size:11px}
${["h0", "h1", "h2", "h3", "h4", "h5"].map((name) => `.${name}{fill:var(--${name})}`).join("")}
`
