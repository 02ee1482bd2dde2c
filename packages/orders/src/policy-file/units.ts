import { BTC, KHR, USD, USDT } from '@rielrails/core';
import type { Asset, Money } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import { z } from 'zod';

const SECOND_MS = 1000;
const lengths: Readonly<Record<string, number>> = {
  second: SECOND_MS,
  minute: 60 * SECOND_MS,
  hour: 3600 * SECOND_MS,
  day: 86_400 * SECOND_MS,
};
const DAYS_IN_FOUR_YEARS = 1461;

/** `30 minutes`, `24 hours`, `5 years`, in milliseconds. A year has the days it may have at most, so that nothing ends early. */
export const duration = z.string().transform((text, context): number => {
  const [, digits = '', unit = ''] = /^([1-9][0-9]{0,5}) (second|minute|hour|day|year)s?$/.exec(text) ?? [];
  const count = Number(digits);
  const length = lengths[unit];
  if (unit === 'year' && count <= 100) return Math.ceil((count * DAYS_IN_FOUR_YEARS) / 4) * (lengths['day'] ?? 0);
  if (length !== undefined) return count * length;
  context.addIssue({ code: 'custom', message: 'expected a length of time such as "24 hours", "30 days" or "5 years"' });
  return z.NEVER;
});

const known: Readonly<Record<string, Asset>> = { KHR, USD, USDT, BTC };

/** The asset with this code; any other of the world's currencies has cents. */
export function assetOf(code: string): Asset {
  return known[code] ?? { code, scale: 2 };
}

/** `40000000 KHR` */
export const amount = z.string().transform((text, context): Money => {
  const [, number = '', code = ''] = /^([0-9]{1,15}(?:\.[0-9]{1,8})?) ([A-Z]{3,5})$/.exec(text) ?? [];
  try {
    return parseAmount(number, assetOf(code));
  } catch {
    context.addIssue({ code: 'custom', message: 'expected an amount such as "40000000 KHR"' });
    return z.NEVER;
  }
});
