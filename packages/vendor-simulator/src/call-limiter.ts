import type { EpochMillis } from "@barkeep/market-data"

/** What the limiter says about a call. */
export interface CallAdmission {
  readonly verdict: "served" | "limited" | "banned"
  /** When calls are served again, unless served. */
  readonly retryAt: EpochMillis
  readonly insidePause: boolean
  readonly insideBan: boolean
}

/** Counts calls by client over the last minute; refused ones count too. */
export interface CallLimiter {
  readonly admit: (client: string, now: EpochMillis, callsPerMinute?: number) => CallAdmission
  /** Begins a pause of all clients that something else than their calls has caused. */
  readonly pauseUntil: (time: EpochMillis, now: EpochMillis) => void
  readonly banUntil: (time: EpochMillis) => void
}

const minute = 60_000
/** Calls that arrive this soon after a refusal were sent before the client could know of it. */
const inFlightMillis = 250

/** A limiter that has seen nothing. Above the calls of a minute a client is refused for `pauseMillis`. */
export const createCallLimiter = (limits: {
  readonly calls: number
  readonly pauseMillis: number
}): CallLimiter => {
  const clients = new Map<
    string,
    { calls: Array<EpochMillis>; pauseStart: EpochMillis; pauseEnd: EpochMillis }
  >()
  let everybody = { start: Number.NEGATIVE_INFINITY, end: Number.NEGATIVE_INFINITY }
  let banEnd = Number.NEGATIVE_INFINITY
  return {
    admit: (name, now, callsPerMinute = limits.calls) => {
      const client = clients.get(name) ?? {
        calls: [],
        pauseStart: Number.NEGATIVE_INFINITY,
        pauseEnd: Number.NEGATIVE_INFINITY,
      }
      clients.set(name, client)
      client.calls = client.calls.filter((time) => time > now - minute)
      client.calls.push(now)
      const insideBan = now < banEnd
      if (insideBan) return { verdict: "banned", retryAt: banEnd, insidePause: false, insideBan }
      const retryAt = Math.max(client.pauseEnd, everybody.end)
      if (now < retryAt) {
        const start = client.pauseEnd >= everybody.end ? client.pauseStart : everybody.start
        return { verdict: "limited", retryAt, insidePause: now >= start + inFlightMillis, insideBan }
      }
      if (client.calls.length <= callsPerMinute)
        return { verdict: "served", retryAt: now, insidePause: false, insideBan }
      client.pauseStart = now
      client.pauseEnd = now + limits.pauseMillis
      return { verdict: "limited", retryAt: client.pauseEnd, insidePause: false, insideBan }
    },
    pauseUntil: (time, now) => {
      everybody = { start: now, end: Math.max(everybody.end, time) }
    },
    banUntil: (time) => {
      banEnd = Math.max(banEnd, time)
    },
  }
}
