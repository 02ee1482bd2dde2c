import { money } from '@rielrails/core';
import type { Asset, AssetLimits, Money } from '@rielrails/core';

/**
 * Least and most of one invoice, in minor units, as far as Telegram's currency table is known ("Telegram Payments",
 * "Supported currencies"). Only the dollar's are fixed; the others follow the exchange rate and are those of 2024, with a
 * fifth left at each end. Riel, kip and Tunisian dinar are not in the table at all.
 */
const limits = {
  USD: [1_00n, 10_000_00n],
  THB: [44_00n, 280_000_00n],
  VND: [32_000n, 200_000_000n],
  INR: [105_00n, 670_000_00n],
  BDT: [146_00n, 930_000_00n],
  PKR: [345_00n, 2_200_000_00n],
  MMK: [4_060_00n, 25_900_000_00n],
} as const;

/** A currency that an invoice can be written in here. */
export type TelegramCurrency = keyof typeof limits;

/** All of them. */
export const telegramCurrencies: readonly TelegramCurrency[] = Object.keys(limits) as TelegramCurrency[];

/** What A-Pay and Telegram both take, of these: what a live token is good for. No Cambodian currency is among them. */
export const apayCurrencies: readonly TelegramCurrency[] = ['INR', 'BDT', 'PKR', 'MMK'];

/** An amount as Telegram counts it, in the minor units of its own table. Of any currency: money that came is told. */
export function telegramMoney(code: string, minor: bigint): Money {
  const isWhole = ['CLP', 'ISK', 'JPY', 'KRW', 'PYG', 'UGX', 'VND', 'XTR'].includes(code);
  const asset: Asset = { code, scale: isWhole ? 0 : ['BHD', 'IQD', 'JOD'].includes(code) ? 3 : 2 };
  return money(asset, minor);
}

/** What may be asked for in a currency. */
export function telegramLimits(code: TelegramCurrency): AssetLimits {
  const [least, most] = limits[code];
  return { minimum: telegramMoney(code, least), maximum: telegramMoney(code, most) };
}
