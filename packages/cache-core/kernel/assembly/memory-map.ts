// Where everything lies that is not the caller's: all below 65536, in bytes.

/** Where `scanRows` leaves the address of the first row it did not take, and the time of the last one taken. */
export const statePosition: usize = 0
export const stateTime: usize = 8
/** 10^0 … 10^15, and 1 for `noPoint`. */
export const powers: usize = 64
/** How 16 bytes become 16 digits: 17 x 17 times 16 bytes. */
export const shuffles: usize = 256

/** What `buildTable` counts with: lengths of codes by symbol, symbols by length, places by length, symbols in order. */
export const lengths: usize = 8192
export const counts: usize = 8704
export const places: usize = 8768
export const sorted: usize = 8832
/** The order in which the lengths of the first code come. */
export const fieldOrder: usize = 9472

/** Tables of codes; 4 bytes an entry, the second tables after the first. */
export const fieldTable: usize = 10240
export const symbolTable: usize = 16384
export const distanceTable: usize = 32768
/** What the entries of symbols are made of. */
export const fieldEntries: usize = 40960
export const symbolEntries: usize = 41216
export const distanceEntries: usize = 42496
