/** All the bitcoin that there can ever be, in satoshi: no amount is above it (Bitcoin Core, `MAX_MONEY`). */
export const MAX_SUPPLY_SATS = 2_100_000_000_000_000n;
