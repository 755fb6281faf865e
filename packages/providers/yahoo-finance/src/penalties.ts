/**
 * How long Yahoo is left alone after a 429, by how many came before it without a good answer between. Yahoo tells no
 * time, and often refuses a host for other reasons than its rate, so that asking again soon makes it worse.
 */
export const penaltyMillis = (earlierRefusals: number): number =>
  earlierRefusals === 0 ? 90_000 : earlierRefusals === 1 ? 600_000 : 3_600_000
