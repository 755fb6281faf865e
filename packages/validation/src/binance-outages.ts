import { parseIsoTime } from "@barkeep/market-data"
import type { Outage } from "./outage.ts"

const archiveHoles = "https://github.com/binance/binance-public-data/issues/365"
const secondsHoles = "https://github.com/binance/binance-public-data/issues/368"

// Reports of the early stops round to seconds, minutes or quarter hours; a bar more on each side belongs to the stop.
const roundingMillis = 5 * 60_000

/** A stop by the last trade before it and the first one after. */
const between = (from: string, to: string): Outage => ({
  from: parseIsoTime(`${from}Z`) - roundingMillis,
  to: parseIsoTime(`${to}Z`) + roundingMillis,
  reason: `Binance stopped trading from ${from} to ${to} UTC`,
  source: archiveHoles,
})

/** A stop by the first minute without trading and the first one with trading again. */
const minutes = (from: string, to: string, source = secondsHoles): Outage => ({
  from: parseIsoTime(`${from}:00Z`),
  to: parseIsoTime(`${to}:00Z`),
  reason: `Binance stopped trading from ${from} to ${to} UTC`,
  source,
})

/**
 * Stops of Binance's spot market: no trade, so no bar, for any symbol. Binance calls them maintenance and does not
 * fill them later.
 * @see https://github.com/binance/binance-public-data/issues/169
 */
export const binanceOutages: ReadonlyArray<Outage> = [
  between("2017-09-06T16:00:00", "2017-09-06T23:00:00"),
  between("2017-12-04T06:00:20", "2017-12-04T06:49:06"),
  between("2017-12-18T10:00:42", "2017-12-18T10:14:47"),
  between("2017-12-18T12:29:13", "2017-12-18T13:34:10"),
  between("2018-01-04T03:00:14", "2018-01-04T05:06:13"),
  between("2018-02-08T00:28:14", "2018-02-09T10:00:01"),
  between("2018-02-10T05:59:59", "2018-02-10T06:15:00"),
  between("2018-02-11T04:00:00", "2018-02-11T04:35:00"),
  between("2018-06-26T02:00:00", "2018-06-26T12:00:00"),
  between("2018-06-27T13:00:00", "2018-06-27T14:45:00"),
  between("2018-07-04T00:22:25", "2018-07-04T08:00:00"),
  between("2018-10-19T06:00:00", "2018-10-19T09:30:00"),
  between("2018-11-14T02:00:00", "2018-11-14T09:00:00"),
  minutes("2019-03-12T02:00", "2019-03-12T08:00", archiveHoles),
  minutes("2019-05-15T03:00", "2019-05-15T13:00", archiveHoles),
  minutes("2019-06-07T21:14", "2019-06-07T22:15", archiveHoles),
  minutes("2019-08-15T02:00", "2019-08-15T10:00", archiveHoles),
  minutes("2019-11-13T02:00", "2019-11-13T04:20", archiveHoles),
  minutes("2019-11-13T05:30", "2019-11-13T05:33", archiveHoles),
  minutes("2019-11-25T02:00", "2019-11-25T04:00", archiveHoles),
  minutes("2020-02-09T02:00", "2020-02-09T03:00"),
  minutes("2020-02-19T11:36", "2020-02-19T17:30"),
  minutes("2020-03-04T09:22", "2020-03-04T11:30"),
  minutes("2020-04-25T02:00", "2020-04-25T04:30"),
  minutes("2020-06-28T02:00", "2020-06-28T05:30"),
  minutes("2020-11-30T06:00", "2020-11-30T07:00", "https://github.com/ccxt/ccxt/issues/8068"),
  minutes("2020-12-21T13:48", "2020-12-21T18:00"),
  minutes("2020-12-25T02:00", "2020-12-25T03:00"),
  minutes("2021-02-11T03:41", "2021-02-11T05:00"),
  minutes("2021-03-06T02:00", "2021-03-06T03:30"),
  minutes("2021-04-20T02:00", "2021-04-20T04:30"),
  minutes("2021-04-25T04:01", "2021-04-25T08:45"),
  minutes("2021-08-13T02:00", "2021-08-13T06:30"),
  minutes("2021-09-29T07:00", "2021-09-29T09:00"),
  minutes("2023-03-24T12:40", "2023-03-24T14:00"),
]
