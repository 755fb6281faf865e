const list = `
BTC bitcoin, ETH ethereum, USDT tether, BNB binancecoin, XRP ripple, SOL solana, USDC usd-coin, TRX tron,
DOGE dogecoin, ADA cardano, LINK chainlink, XLM stellar, HYPE hyperliquid, BCH bitcoin-cash, SUI sui,
AVAX avalanche-2, LEO leo-token, LTC litecoin, HBAR hedera-hashgraph, SHIB shiba-inu, XMR monero,
TON the-open-network, MNT mantle, CRO crypto-com-chain, DAI dai, DOT polkadot, ZEC zcash, TAO bittensor,
UNI uniswap, WLFI world-liberty-financial, AAVE aave, OKB okb, BGB bitget-token, ENA ethena, PEPE pepe,
PYUSD paypal-usd, USDE ethena-usde, USDS usds, USD1 usd1-wlfi, NEAR near, ETC ethereum-classic, APT aptos,
ONDO ondo-finance, XAUT tether-gold, PAXG pax-gold, POL polygon-ecosystem-token, MATIC matic-network,
ASTER aster-2, WLD worldcoin-wld, GT gatechain-token, KCS kucoin-shares, IP story-2, ARB arbitrum,
PI pi-network, ICP internet-computer, ALGO algorand, ATOM cosmos, VET vechain, SKY sky, KAS kaspa,
PUMP pump-fun, FLR flare-networks, PENGU pudgy-penguins, RENDER render-token, RNDR render-token,
QNT quant-network, SEI sei-network, TRUMP official-trump, BONK bonk, WBTC wrapped-bitcoin,
STETH staked-ether, WSTETH wrapped-steth, WBETH wrapped-beacon-eth, BNSOL binance-staked-sol,
JITOSOL jito-staked-sol, THETA theta-token, FIL filecoin, BSV bitcoin-cash-sv, KSM kusama, XEM nem,
CHZ chiliz, XTZ tezos, NEO neo, BUSD binance-usd, SNX havven, SUSHI sushi, ENJ enjincoin, EGLD elrond-erd-2,
DASH dash, ZIL zilliqa, GRT the-graph, DCR decred, COMP compound-governance-token, MKR maker, RVN ravencoin,
BAT basic-attention-token, NEXO nexo, UMA uma, STX blockstack, HOT holotoken, CAKE pancakeswap-token,
BNT bancor, RUNE thorchain, YFI yearn-finance, MANA decentraland, RSR reserve-rights-token, ZRX 0x,
ICX icon, SC siacoin, ONE harmony, FTM fantom, WAVES waves, DGB digibyte, FLOW flow, AMP amp-token,
REN republic-protocol, ONT ontology, IOST iostoken, OMG omisego, AR arweave, 1INCH 1inch, QTUM qtum,
LRC loopring, USDP paxos-standard, PAX paxos-standard, VTHO vethor-token, IOTA iota, EOS eos,
LUNA terra-luna-2, LUNC terra-luna, USTC terrausd, FTT ftx-token, APE apecoin, BERA berachain-bera,
BLUR blur, BOME book-of-meme, TIA celestia, CRV curve-dao-token, WIF dogwifcoin, FARTCOIN fartcoin,
GALA gala, GOAT goatseus-maximus, HNT helium, IO io, JTO jito-governance-token, JUP jupiter-exchange-solana,
KAITO kaito, KMNO kamino, LDO lido-dao, LINEA linea, ME magic-eden, MEW cat-in-a-dogs-world,
MELANIA melania-meme, MOVE movement, OP optimism, PENDLE pendle, PYTH pyth-network, RAY raydium,
ACT act-i-the-ai-prophecy, XPL plasma, EURC euro-coin, INJ injective-protocol, W wormhole, ASTR astar,
GLMR moonbeam, MOVR moonriver, OSMO osmosis, SCRT secret, KAVA kava, CFX conflux-token, SKL skale,
SAND the-sandbox, AXS axie-infinity, IMX immutable-x, FET fetch-ai, ENS ethereum-name-service, FLOKI floki,
STRK starknet, NOT notcoin, JASMY jasmycoin, ROSE oasis-network, CELO celo, GMX gmx, MASK mask-network,
BAL balancer, MINA mina-protocol, GMT stepn, STG stargate-finance`

/**
 * CoinGecko's ids of well-known coins by base asset, as exchanges name it. Facts looked up one by one, not
 * CoinGecko's list: there a symbol belongs to up to dozens of coins. A base that an exchange trades in
 * another unit (`1000SATS`, `1MBABYDOGE`) is never mapped to the coin itself, whose price differs by that
 * factor.
 */
export const wellKnownCoinIds: { readonly [base: string]: string } = Object.fromEntries(
  list.split(",").map((entry) => entry.trim().split(" ") as [string, string]),
)
