import type { Money } from '@rielrails/core';
import type { EmulatedCurrency } from './options.ts';

/** Decimal places: "Supported payCurrency". */
export const decimals: Readonly<Record<EmulatedCurrency, number>> = {
  USD: 2,
  EUR: 2,
  HKD: 2,
  IDR: 0,
  THB: 0,
  VND: 0,
  USDT: 8,
};

/** What a unit is worth in dollars, in millionths. */
const fiat: Readonly<Record<EmulatedCurrency, bigint>> = {
  USD: 1_000_000n,
  EUR: 1_080_000n,
  HKD: 128_000n,
  IDR: 62n,
  THB: 29_000n,
  VND: 40n,
  USDT: 1_000_000n,
};

/** What a token is worth in USDT, in millionths. */
const tokens: Readonly<Record<string, bigint>> = {
  USDT: 1_000_000n,
  USDC: 1_000_000n,
  ETH: 3_000_120_000n,
  BTC: 97_000_000_000n,
  PCI: 12_000n,
  TON: 5_400_000n,
};

/** An amount in a token, and the rates behind it. */
export interface Priced {
  readonly volume: string;
  readonly fiatRate: string;
  readonly tokenRate: string;
}

/** What an amount is in a token, at the rates of this moment; a token's last digit is rounded up. */
export function priced(amount: Money, token: string): Priced {
  const fiatRate = fiat[amount.asset.code as EmulatedCurrency];
  const tokenRate = tokens[token] ?? 1_000_000n;
  const unit = 10n ** BigInt(amount.asset.scale) * tokenRate;
  const volume = (amount.minor * fiatRate * 10n ** 8n + unit - 1n) / unit;
  return { volume: plain(volume, 8), fiatRate: plain(fiatRate, 6), tokenRate: plain(tokenRate, 6) };
}

/** A decimal without zeros at its end. */
export function plain(minor: bigint, scale: number): string {
  const digits = minor.toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  return scale === 0 || fraction === '' ? (scale === 0 ? digits : whole) : `${whole}.${fraction}`;
}
