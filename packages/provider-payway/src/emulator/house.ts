import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { createBook } from './book.ts';
import type { Book } from './book.ts';
import type { PaywayEmulator, PaywayEmulatorConfig, PaywayEmulatorOptions } from './options.ts';
import { createPortalKey } from './rsa.ts';
import type { PortalKey } from './rsa.ts';

/** What all endpoints share: one merchant, its transactions, its switches. */
export interface House {
  readonly clock: Clock;
  readonly random: Random;
  readonly config: PaywayEmulatorConfig;
  readonly profile: PaywayEmulator['profile'];
  readonly book: Book;
  readonly portalKey: PortalKey;
  /** Fifteen digits, as they stand in the QR. */
  readonly merchantNumber: string;
  readonly merchantName: string;
  readonly checkoutUrl: string;
  readonly sandboxQuirks: boolean;
  readonly takesWrongPayments: boolean;
  readonly visibleAfterMs: number;
}

/** Furnishes the house. */
export function createHouse({ clock, random }: EmulatorContext, options: PaywayEmulatorOptions): House {
  const portalKey = createPortalKey();
  const sandboxQuirks = options.sandboxQuirks ?? false;
  const config: PaywayEmulatorConfig = {
    merchantId: `ec${toHex(random.bytes(3))}`,
    apiKey: toHex(random.bytes(20)),
    environment: 'sandbox',
    currencies: options.currencies ?? ['KHR'],
    callbackUrl: options.callbackUrl ?? 'https://shop.example/payway/callback',
    refundPublicKey: portalKey.publicPem,
  };
  const khrPerUsd = options.khrPerUsd ?? 4100n;
  const takesWrongPayments = options.takesWrongPayments ?? false;
  const book = createBook({ clock, random, khrPerUsd, closeIsAdvisory: sandboxQuirks, takesWrongPayments });
  return {
    clock,
    random,
    config,
    profile: { callerListed: true, callbackListed: true, refundsEnabled: true },
    book,
    portalKey,
    merchantNumber: book.digits(15),
    merchantName: 'RIELRAILS SANDBOX',
    checkoutUrl: options.checkoutUrl ?? 'https://checkout-sandbox.payway.com.kh',
    sandboxQuirks,
    takesWrongPayments,
    visibleAfterMs: options.visibleAfterMs ?? 0,
  };
}
