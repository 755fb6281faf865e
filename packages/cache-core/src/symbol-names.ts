import { InvalidInput } from "@barkeep/market-data"

/** Longest folder name that we make: the common limit is 255 bytes, and lock files append to it. */
const longestName = 200

/**
 * The folder name of a symbol: itself when it consists of `A-Z 0-9 . - _ ^ = + @ $ ! ,` and is no name that a
 * system reserves; other characters become `%XX` of their UTF-8 bytes. Reversible, and two symbols never share a
 * folder, not even where file names ignore case.
 * @throws {InvalidInput} when the symbol is empty, too long or no well-formed text
 * @example
 * folderOfSymbol("BRK-B") // => "BRK-B"
 * folderOfSymbol("BTC/USDT") // => "BTC%2FUSDT"
 */
export const folderOfSymbol = (symbol: string): string => {
  if (typeof symbol !== "string" || symbol === "" || !symbol.isWellFormed()) throw invalidSymbol(symbol)
  const name = escapeEdges(symbol.replace(/[^A-Z0-9.\-_^=+@$!,]/gu, escapeText))
  if (name.length > longestName) throw invalidSymbol(symbol)
  return name
}

/**
 * The symbol that a folder belongs to: `folderOfSymbol` reversed where we could have made the name, else the name
 * itself (folders that older programs made). `undefined` for names that start with `_`, which are ours, and hidden ones.
 */
export const symbolOfFolder = (name: string): string | undefined => {
  if (name === "" || name.startsWith("_") || name.startsWith(".")) return undefined
  const symbol = unescapeText(name)
  return symbol !== undefined && isFolderOf(name, symbol) ? symbol : name.isWellFormed() ? name : undefined
}

const isFolderOf = (name: string, symbol: string): boolean => {
  try {
    return folderOfSymbol(symbol) === name
  } catch {
    return false
  }
}

const escapeText = (text: string): string =>
  Array.from(
    new TextEncoder().encode(text),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("")

const reservedNames = /^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|COM[0-9]|LPT[0-9])(\.|$)/

// `_x` is ours, `.x` is hidden, `x.` loses its dot on Windows, and `CON` is a device there.
const escapeEdges = (name: string): string => {
  let result = name
  if (/^[._]/.test(result) || reservedNames.test(result))
    result = escapeText(result.slice(0, 1)) + result.slice(1)
  if (result.endsWith(".")) result = `${result.slice(0, -1)}${escapeText(".")}`
  return result
}

const unescapeText = (name: string): string | undefined => {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

const invalidSymbol = (symbol: string): InvalidInput =>
  new InvalidInput({
    field: "symbol",
    value: symbol,
    expected: `a non-empty, well-formed symbol whose folder name has at most ${longestName} characters`,
  })
