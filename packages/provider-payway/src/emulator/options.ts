import type { Money, NonEmpty } from '@rielrails/core';
import type { EmulatedPayer, PaymentEmulator } from '@rielrails/kit/emulator';
import type { PaywayMethod } from './book.ts';
import type { CallbackDialect } from './callback.ts';

/** What a merchant of the emulated PayWay is told: enough to configure an adapter. */
export interface PaywayEmulatorConfig {
  readonly merchantId: string;
  readonly apiKey: string;
  readonly environment: 'sandbox';
  readonly currencies: NonEmpty<'KHR' | 'USD'>;
  readonly callbackUrl: string;
  readonly refundPublicKey: string;
}

/** How this PayWay is set up. */
export interface PaywayEmulatorOptions {
  /** The currencies that the profile settles in, its own first. Default: riel. */
  readonly currencies?: NonEmpty<'KHR' | 'USD'>;
  /** Where the merchant says that callbacks go. Default: `https://shop.example/payway/callback`. */
  readonly callbackUrl?: string;
  /** The start of the addresses that payers open. Default: PayWay's sandbox host. */
  readonly checkoutUrl?: string;
  /** How callbacks look. Default: `short`. */
  readonly callbacks?: CallbackDialect;
  /** Repeats a callback once, ten seconds later, when the receiver did not answer 2xx. Default: no. */
  readonly retriesCallbacks?: boolean;
  /**
   * Behaves as PayWay's sandbox was measured instead of as it is documented: a used `tran_id` is taken again (and makes
   * no payment), a closed payment stays pending, and its card page still takes money.
   */
  readonly sandboxQuirks?: boolean;
  /** How long a new transaction is unknown to both lookups; up to 5000 was seen. Default: 0. */
  readonly visibleAfterMs?: number;
  /**
   * Takes what the documents say cannot happen: another amount, a second scan, money after the end. Default: no.
   *
   * Assumed, for the sake of whoever has to deal with it: the lookups then tell what came as `total_amount`, and the
   * detail lists each payment as an operation `Completed`.
   */
  readonly takesWrongPayments?: boolean;
  /** Riel for a dollar when a payer's account is in the other currency. Default: 4100. */
  readonly khrPerUsd?: bigint;
}

/** How a payer of the emulated PayWay pays. */
export interface PaywayPayer extends EmulatedPayer {
  readonly amount?: Money;
  /** Default: `khqr`. */
  readonly method?: PaywayMethod;
  /** The currency of the payer's account. Default: the request's. */
  readonly currency?: 'KHR' | 'USD';
}

/** What a bank app says after scanning. */
export type PaywayScan =
  | { readonly outcome: 'paid'; readonly transaction: string; readonly amount: Money; readonly merchantName: string }
  | { readonly outcome: 'refused'; readonly message: string };

/** ABA PayWay on this machine. */
export interface PaywayEmulator extends PaymentEmulator<PaywayEmulatorConfig> {
  readonly payer: PaymentEmulator['payer'] & {
    pay(reference: string, options?: PaywayPayer): Promise<string>;
    /** The payer's card is declined. */
    decline(reference: string): Promise<void>;
  };
  /**
   * A bank app scans a QR and pays what it asks for; another `amount` is refused, as the QR fixes it, unless wrong
   * payments are taken.
   */
  payByQr(qr: string, options?: PaywayPayer): Promise<PaywayScan>;
  /** Switches of the merchant's profile, as PayWay's staff would set them. */
  readonly profile: {
    /** Whether the caller's address is on the list. */
    callerListed: boolean;
    /** Whether the callback's domain is on the list. */
    callbackListed: boolean;
    refundsEnabled: boolean;
  };
}
