/**
 * Alpha Vantage's own words where a source quotes them, all of them sent with status 200.
 * @see https://github.com/finance-quote/finance-quote/issues/546 the burst
 * @see https://github.com/finance-quote/finance-quote/issues/104 the old limit
 * @see https://github.com/Gbox4/tstock/issues/26 a premium endpoint
 * @see https://github.com/joshuaulrich/quantmod/issues/271 an invalid call
 */
export const vendorTexts = {
  burst: (callsPerSecond: number, callsPerDay: number): string =>
    `Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (${callsPerSecond} request per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (${callsPerDay} requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints.`,
  /** Repeats the key of the caller. */
  dailyLimit: (key: string, callsPerDay: number): string =>
    `We have detected your API key as ${key} and our standard API rate limit is ${callsPerDay} requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits.`,
  /** Not the vendor's words: nobody quotes what a premium key is told. */
  minuteLimit: (callsPerMinute: number): string =>
    `Thank you for using Alpha Vantage! Please consider spreading out your API requests more sparingly: your premium plan has ${callsPerMinute} requests per minute.`,
  /** Of 2018, in a `Note`. */
  oldNote:
    "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day. Please visit https://www.alphavantage.co/premium/ if you would like to target a higher API call frequency.",
  premiumEndpoint:
    "Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly unlock all premium endpoints",
  premiumParameter: (name: string): string =>
    `Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the ${name} endpoint. You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly unlock all premium features`,
  invalidCall: (name: string): string =>
    `Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for ${name}.`,
  unknownFunction: (name: string): string => `This API function (${name}) does not exist.`,
  invalidKey:
    "the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.",
  demoKey:
    "The **demo** API key is for demo purposes only. Please claim your free API key at (https://www.alphavantage.co/support/#api-key).",
} as const
