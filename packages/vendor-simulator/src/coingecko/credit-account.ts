import { type EpochMillis, isoTime } from "@barkeep/market-data"

/** Counts the calls of each client in the calendar months of UTC. */
export interface CreditAccount {
  /** Counts a call; false when the month's credits were used up before. */
  readonly spend: (client: string, now: EpochMillis, creditsPerMonth: number) => boolean
  readonly used: (client: string, now: EpochMillis) => number
}

export const createCreditAccount = (): CreditAccount => {
  const spent = new Map<string, number>()
  const keyOf = (client: string, now: EpochMillis): string => `${isoTime(now).slice(0, 7)} ${client}`
  return {
    spend: (client, now, creditsPerMonth) => {
      const key = keyOf(client, now)
      const used = (spent.get(key) ?? 0) + 1
      spent.set(key, used)
      return used <= creditsPerMonth
    },
    used: (client, now) => spent.get(keyOf(client, now)) ?? 0,
  }
}
