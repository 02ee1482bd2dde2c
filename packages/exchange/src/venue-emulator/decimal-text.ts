import { formatAmount, parseAmount } from '@rielrails/kit';

/** Every price and quantity of this venue has at most eight decimals; they are kept as whole hundred-millionths. */
export const ONE = 100_000_000n;

const eightDecimals = { code: 'decimal', scale: 8 };

/** Reads `0.00012` as 12,000 hundred-millionths. */
export function fromText(text: string): bigint {
  return parseAmount(text, eightDecimals).minor;
}

/** Writes hundred-millionths with all eight decimals, as the venue does. */
export function toText(value: bigint): string {
  return formatAmount({ asset: eightDecimals, minor: value });
}

/** Price times quantity; exact for whole ticks and steps. */
export function product(price: bigint, quantity: bigint): bigint {
  return (price * quantity) / ONE;
}
