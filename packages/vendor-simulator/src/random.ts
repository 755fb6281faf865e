/** A well-mixed 32-bit number from a text; the same on every machine. */
export const hashText = (text: string): number => {
  let hash = 2_166_136_261
  for (let index = 0; index < text.length; index += 1)
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619)
  return scramble(hash)
}

/** A 32-bit number from two, so that neighbours have nothing in common. */
export const hashPair = (a: number, b: number): number => scramble(Math.imul(a, 31) ^ scramble(b))

/**
 * Word number `index` of a repeatable sequence of 32-bit numbers, signed. Only integer operations: every engine
 * gives the same, which `Math.exp` and its like do not promise.
 */
export const randomWord = (seed: number, index: number): number =>
  scramble((seed + Math.imul(index, 0x9e_37_79_b9)) | 0)

/** A number in `[0, 1)` from 32 random bits. */
export const unitInterval = (word: number): number => (word >>> 0) / 4_294_967_296

const scramble = (value: number): number => {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85_eb_ca_6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2_b2_ae_35)
  return mixed ^ (mixed >>> 16)
}
