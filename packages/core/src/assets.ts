import type { Asset } from './money.ts';

/** Cambodian riel: no minor unit. */
export const KHR: Asset<'KHR'> = { code: 'KHR', scale: 0 };

/** United States dollar, in cents. */
export const USD: Asset<'USD'> = { code: 'USD', scale: 2 };

/** Bitcoin, in satoshi. */
export const BTC: Asset<'BTC'> = { code: 'BTC', scale: 8 };

/** Tether dollars as an exchange keeps them: a claim on the venue, on no network. */
export const USDT: Asset<'USDT'> = { code: 'USDT', scale: 8 };
