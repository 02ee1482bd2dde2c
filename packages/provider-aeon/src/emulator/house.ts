import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { createBook } from './book.ts';
import type { Book } from './book.ts';
import type { AeonEmulator, AeonEmulatorConfig, AeonEmulatorOptions } from './options.ts';

/** What all endpoints share: one merchant, its orders, its settings, the dialect. */
export interface House {
  readonly clock: Clock;
  readonly random: Random;
  readonly config: AeonEmulatorConfig;
  readonly profile: AeonEmulator['profile'];
  readonly options: AeonEmulatorOptions;
  readonly book: Book;
  readonly checkoutUrl: string;
  readonly botUrl: string;
  /** The envelope of a yes. */
  accepted(model: unknown, code?: string): Response;
  /** The envelope of a no. */
  refused(code: number): Response;
}

/** "Return Code List". */
const messages: Readonly<Record<number, string>> = {
  1: 'Payment exception',
  8000: 'Parameter validation failed',
  8003: 'Content type must be application/json',
  8004: 'Body is not JSON',
  8007: 'Signature error',
  8011: 'Duplicate order number',
  8012: 'IP is not allowed',
  8013: 'Unsupported currency',
  8029: 'Merchant order number does not exist',
  8031: 'No payment record',
  8034: 'Duplicate refund number',
  8035: 'Already settled',
  8036: 'Refund is being applied for',
  8037: 'Refund amount must exceed 1 USD',
};

/** Furnishes the house. */
export function createHouse({ clock, random }: EmulatorContext, options: AeonEmulatorOptions): House {
  const { codes = 'text', errorStatus = 200, feePaidBy = 'merchant', accumulates = false } = options;
  const config: AeonEmulatorConfig = {
    appId: `TEST${toHex(random.bytes(4)).toUpperCase()}`,
    secret: toHex(random.bytes(20)),
    environment: 'sandbox',
    callbackUrl: options.callbackUrl ?? 'https://shop.example/aeon/callback',
    currencies: options.currencies ?? ['USD'],
    feePaidBy,
    settlesAfterDays: options.settlesAfterDays ?? 7,
  };
  const profile = {
    callerListed: true,
    tokens: ['USDT', 'USDC', 'ETH', 'BTC', 'PCI', 'TON'],
    networks: ['TRX', 'BSC', 'ETH', 'SOL', 'ARB', 'BTC', 'TON'],
  };
  const envelope = (code: string, msg: string, model: unknown, success: boolean, status: number) =>
    jsonResponse(
      {
        code: codes === 'number' ? Number(code) : code,
        msg,
        model,
        traceId: toHex(random.bytes(16)),
        success,
        error: !success,
      },
      status,
    );
  return {
    clock,
    random,
    config,
    profile,
    options,
    book: createBook({ clock, random, feePaidBy, accumulates }),
    checkoutUrl: options.checkoutUrl ?? 'https://sbx-crypto-payment.aeon.org',
    botUrl: options.botUrl ?? 'https://t.me/AeonSandboxPaymentBot',
    accepted: (model, code = '0') => envelope(code, 'success', model, true, 200),
    refused: (code) => envelope(String(code), messages[code] ?? 'Error', null, false, errorStatus),
  };
}
