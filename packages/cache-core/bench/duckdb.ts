/** DuckDB over the same files, in this process. */
export interface Duck {
  readonly version: string
  readonly readYear: (path: string) => Promise<number>
  readonly readDay: (path: string, start: string, end: string) => Promise<number>
  readonly toParquet: (path: string, target: string) => Promise<void>
  readonly readParquetDay: (path: string, start: string, end: string) => Promise<number>
}

const typed = `auto_detect=false, header=true, delim=',', columns={
  'timestamp': 'TIMESTAMP', 'open': 'DOUBLE', 'high': 'DOUBLE', 'low': 'DOUBLE', 'close': 'DOUBLE', 'volume': 'DOUBLE'}`

/** `undefined` when the package is not installed. */
export const startDuck = async (): Promise<Duck | undefined> => {
  const duckdb = await import("@duckdb/node-api").catch(() => undefined)
  if (duckdb === undefined) return undefined
  const instance = await duckdb.DuckDBInstance.create(":memory:")
  const connection = await instance.connect()
  await connection.run("SET threads TO 2")
  /** All rows as vectors, which is the least a program must do to have them. */
  const fetchAll = async (query: string): Promise<number> => {
    const result = await connection.run(query)
    const chunks = await result.fetchAllChunks()
    return chunks.reduce((rows, chunk) => rows + chunk.rowCount, 0)
  }
  return {
    version: duckdb.version(),
    readYear: (path) => fetchAll(`SELECT * FROM read_csv('${path}', ${typed})`),
    readDay: (path, start, end) =>
      fetchAll(
        `SELECT * FROM read_csv('${path}', ${typed}) WHERE timestamp >= '${start}' AND timestamp < '${end}'`,
      ),
    toParquet: async (path, target) => {
      await connection.run(`COPY (SELECT * FROM read_csv('${path}', ${typed})) TO '${target}' (FORMAT parquet)`)
    },
    readParquetDay: (path, start, end) =>
      fetchAll(`SELECT * FROM read_parquet('${path}') WHERE timestamp >= '${start}' AND timestamp < '${end}'`),
  }
}
