/** The words of a command line as a shell takes them, to be copied and run again. */
export const commandLineOf = (words: ReadonlyArray<string>): string => words.map(quoted).join(" ")

const quoted = (word: string): string =>
  /^[\w@%+=:,./^-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
