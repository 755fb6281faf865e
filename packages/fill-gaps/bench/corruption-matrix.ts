import { corruptions, type Corruption, type Market, markets } from "../test/corruptions.ts"
import { runTrial } from "../test/trial.ts"

/**
 * Puts corrupted and honest donors to the test and prints how many were recognised, by kind of corruption and by noise.
 * Run: `node --conditions=@barkeep/source bench/corruption-matrix.ts [trials of each kind]`. Exits with 1 when a corrupted price
 * or a volume of another meaning would have been merged.
 */
const trials = Number(process.argv[2] ?? 200)
const noises = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 1]
let badMerges = 0

const rate = (corruption: Corruption | undefined, noise: number, sampled = false): string => {
  let refused = 0
  let bad = 0
  let runs = 0
  for (const [index, market] of markets.entries())
    for (let trial = 0; trial < trials; trial += 1) {
      const found = runTrial(
        market,
        corruption,
        noise,
        1 + trial * 7919 + index * 104_729 + Math.round(noise * 1000),
        { sampled },
      )
      runs += 1
      const isRefused = found.calibration._tag === "Refused"
      if (corruption?.kind === "volume") {
        if (isRefused || (found.calibration._tag === "Accepted" && found.calibration.volume === "absent"))
          refused += 1
        if (found.isBadVolume) bad += 1
      } else {
        // A change after all rows of the gap leaves nothing wrong to merge.
        if (isRefused || (corruption !== undefined && !found.isBadMerge)) refused += 1
        if (found.isBadMerge) bad += 1
      }
    }
  badMerges += bad
  return `${((100 * refused) / runs).toFixed(1)}${bad > 0 ? ` (${bad} merged)` : ""}`
}

const print = (name: string, cells: ReadonlyArray<string>): void =>
  console.log(`| ${name.padEnd(24)} | ${cells.map((cell) => cell.padStart(6)).join(" | ")} |`)

console.log(`${trials} trials in each of ${markets.length} markets; noise in typical moves of one bar\n`)
console.log("Recognised, in per cent:")
print("noise", noises.map(String))
for (const corruption of corruptions)
  print(
    corruption.name,
    noises.map((noise) => rate(corruption, noise)),
  )
console.log("\nThe same of bars made from price points, where those are allowed:")
print("noise", noises.map(String))
for (const corruption of corruptions.filter(
  ({ kind, name }) => kind === "prices" && name !== "made from samples",
))
  print(
    corruption.name,
    noises.map((noise) => rate(corruption, noise, true)),
  )
const honest = (sampled: boolean): void => {
  print("noise", noises.map(String))
  for (const market of markets) printHonest(market, sampled)
}

const printHonest = (market: Market, sampled: boolean): void => {
  const cells = noises.map((noise) => {
    let refused = 0
    for (let trial = 0; trial < trials; trial += 1)
      if (
        runTrial(market, undefined, noise, 5 + trial * 7919 + Math.round(noise * 1000), { sampled })
          .calibration._tag === "Refused"
      )
        refused += 1
    return ((100 * refused) / trials).toFixed(1)
  })
  print(market.name, cells)
}

console.log("\nHonest donors refused, in per cent:")
honest(false)
console.log("\nHonest bars from price points refused, in per cent:")
honest(true)
console.log(`\n${badMerges} corrupted donors merged`)
process.exitCode = badMerges === 0 ? 0 : 1
