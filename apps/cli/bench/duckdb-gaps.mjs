// What the same check costs in DuckDB: gaps and sanity of every file, by SQL. node duckdb-gaps.mjs FOLDER
import { readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"

// The package is a tool of cache-core's tests.
const require = createRequire(new URL("../../../packages/cache-core/package.json", import.meta.url))
// @boundaries-ignore a tool of the tests, taken from where it is
const { DuckDBInstance } = require("@duckdb/node-api")
const folder = process.argv[2]
const lengths = { "1m": 60, "5m": 300, "15m": 900, "1h": 3600, "1d": 86_400 }
const connection = await (await DuckDBInstance.create(":memory:")).connect()
await connection.run("SET threads TO 2")
let gaps = 0
for (const name of readdirSync(folder, { recursive: true }).filter((file) => file.endsWith(".csv.gz"))) {
  const seconds = lengths[name.split(/[/\\]/)[1]]
  const reader = await connection.runAndReadAll(`
    SELECT count(*) FILTER (epoch(t - before) > ${seconds}) AS gaps,
           count(*) FILTER (high < greatest(open, close) OR low > least(open, close) OR low <= 0 OR volume < 0
                            OR t <= before OR NOT isfinite(close) OR abs(ln(close / last)) > 0.22) AS unsound
    FROM (SELECT timestamp AS t, *, lag(timestamp) OVER w AS before, lag(close) OVER w AS last
          FROM read_csv('${join(folder, name)}', header = true, columns = {timestamp: 'TIMESTAMP', open: 'DOUBLE',
               high: 'DOUBLE', low: 'DOUBLE', close: 'DOUBLE', volume: 'DOUBLE'}) WINDOW w AS (ORDER BY timestamp))`)
  gaps += Number(reader.getRows()[0][0])
}
console.log(`${gaps} gaps`)
