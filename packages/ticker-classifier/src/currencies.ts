/** ISO 4217 codes of the currencies that Yahoo and Alpha Vantage quote, and `CNH`. */
const currencies: ReadonlySet<string> = new Set(
  (
    "USD EUR JPY GBP CHF AUD CAD NZD SEK NOK DKK ISK PLN CZK HUF RON BGN TRY ILS RUB UAH KZT GEL " +
    "ZAR EGP NGN KES MAD MXN BRL ARS CLP COP PEN UYU " +
    "CNY CNH HKD TWD SGD KRW INR IDR MYR THB PHP VND PKR LKR BDT AED SAR QAR KWD BHD OMR JOD"
  ).split(" "),
)

/** ISO 4217 codes of the metals that are priced like currencies: gold, silver, platinum, palladium. */
const metals: ReadonlySet<string> = new Set(["XAU", "XAG", "XPT", "XPD"])

export const isCurrency = (code: string): boolean => currencies.has(code)

export const isMetal = (code: string): boolean => metals.has(code)
