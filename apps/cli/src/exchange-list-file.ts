import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import type { EpochMillis } from "@barkeep/market-data"
import type { ExchangeSymbol } from "@barkeep/ticker-classifier"

/** An exchange's own list of its symbols, as it was at some time. */
export interface ExchangeList {
  readonly fetchedAt: EpochMillis
  readonly symbols: ReadonlyMap<string, ExchangeSymbol>
}

/** The kept list; `undefined` when there is none, or none that this version can read: it is asked for again then. */
export const readExchangeList = (path: string): ExchangeList | undefined => {
  try {
    return parse(JSON.parse(readFileSync(path, "utf8")))
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

/** Whole or not at all, whoever reads or writes it at the same time. */
export const writeExchangeList = (path: string, { fetchedAt, symbols }: ExchangeList): void => {
  const rows = [...symbols].map(([symbol, { base, quote, status }]) => [symbol, base, quote, status])
  const temporary = `${path}.${process.pid}.tmp`
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(temporary, JSON.stringify({ fetchedAt, symbols: rows }))
  renameSync(temporary, path)
}

const parse = (json: unknown): ExchangeList | undefined => {
  const { fetchedAt, symbols } = (json ?? {}) as Record<string, unknown>
  if (typeof fetchedAt !== "number" || !Array.isArray(symbols) || !symbols.every(isRow)) return undefined
  return {
    fetchedAt,
    symbols: new Map(symbols.map(([symbol, base, quote, status]) => [symbol, { base, quote, status }])),
  }
}

const isRow = (row: unknown): row is readonly [string, string, string, string] =>
  Array.isArray(row) && row.length === 4 && row.every((cell) => typeof cell === "string")
