/**
 * What CoinGecko prices coins in: its `vs_currency`, without the units `bits` and `sats`. A snapshot.
 * @see https://docs.coingecko.com/reference/simple-supported-currencies
 */
export const vsCurrencies: ReadonlySet<string> = new Set(
  (
    "usd aed ars aud bdt bhd bmd brl cad chf clp cny czk dkk eur gbp gel hkd huf idr ils inr jpy krw kwd lkr " +
    "mmk mxn myr ngn nok nzd php pkr pln rub sar sek sgd thb try twd uah vef vnd zar xdr xag xau " +
    "btc eth ltc bch bnb eos xrp xlm link dot yfi sol"
  ).split(" "),
)
