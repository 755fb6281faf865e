export interface ReadLimits {
  /** Longest text that is accepted, in bytes. @default 268435456, several times a year of minutes */
  readonly maxRawBytes?: number
}

export const defaultMaxRawBytes = 268_435_456
