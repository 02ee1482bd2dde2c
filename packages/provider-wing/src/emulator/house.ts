import { KHR, USD } from '@rielrails/core';
import type { Asset, Money } from '@rielrails/core';
import type { Clock, Random } from '@rielrails/kit';
import { parseAmount, toHex } from '@rielrails/kit';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { createBook } from './book.ts';
import type { Book } from './book.ts';
import type { WingEmulatorOptions, WingV2EmulatorConfig } from './options.ts';

/** Where Wing's test system stands. */
export const SANDBOX_URL = 'https://stageonline.wingmoney.com/wingonlinesdk';

/** What all routes share: one merchant, its books, Wing's rules for it. */
export interface House {
  readonly clock: Clock;
  readonly random: Random;
  readonly merchant: WingV2EmulatorConfig;
  readonly asset: Asset;
  readonly book: Book;
  readonly callbackUrl: string;
  readonly callbackKey: 'password' | 'api-key';
}

/** Furnishes the house. */
export function createHouse({ clock, random }: EmulatorContext, options: WingEmulatorOptions): House {
  const shopUrl = options.shopUrl ?? 'https://shop.example';
  const currency = options.currency ?? 'KHR';
  return {
    clock,
    random,
    merchant: {
      version: 'v2',
      username: 'online.rielrails',
      restApiKey: toHex(random.bytes(32)),
      password: toHex(random.bytes(16)),
      domain: new URL(shopUrl).host,
      account: { type: 'biller', number: '5999' },
      currency,
      environment: 'sandbox',
      returnUrl: `${shopUrl}/webhooks/wing`,
      unpaidCodes: ['404'],
    },
    asset: currency === 'KHR' ? KHR : USD,
    book: createBook(clock, random),
    callbackUrl: options.callbackUrl ?? `${shopUrl}/webhooks/wing`,
    callbackKey: options.callbackKey ?? 'password',
  };
}

/** An amount as a request writes it; `null` for anything else, riel with cents and zero included. */
export function readAmount(text: string, asset: Asset): Money | null {
  if (!/^(?:0|[1-9][0-9]{0,11})\.[0-9]{2}$/.test(text)) return null;
  if (asset.scale === 0 && !text.endsWith('.00')) return null;
  const amount = parseAmount(text, asset);
  return amount.minor > 0n ? amount : null;
}

/** Whether a text is an address that a browser can be sent to. */
export function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
