import type { Money, NonEmpty, Reference } from '@rielrails/core';
import type { PaymentEmulator } from '@rielrails/kit/emulator';
import type { CardOutcome } from './cards.ts';

/** What a merchant of the emulated Bongloy is told: enough to configure an adapter. */
export interface BongloyEmulatorConfig {
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly environment: 'test';
  readonly currencies: NonEmpty<'USD' | 'KHR'>;
  readonly khrExponent: 0 | 2;
}

/** How this Bongloy is set up. Each switch is a place where sources disagree or are silent. */
export interface BongloyEmulatorOptions {
  /** Default: dollars. */
  readonly currencies?: NonEmpty<'USD' | 'KHR'>;
  /** Decimal places of riel on the wire. Default: 0. */
  readonly khrExponent?: 0 | 2;
  /** How a "no" looks: one `error` object (2018 on), or lists of `errors` (until about 2015). Default: `current`. */
  readonly errors?: 'current' | 'legacy';
  /** Whether answers repeat `metadata`. Recordings of 2015 do not. Default: yes. */
  readonly echoesMetadata?: boolean;
  /** How a charge tells its dispute. Default: by `id`. */
  readonly disputes?: 'id' | 'embedded';
  /** Whether `GET /v1/disputes/:id` exists. Default: yes. */
  readonly showsDisputes?: boolean;
  /** Where the merchant wants hooks. Default: `https://shop.example/bongloy/hook`. */
  readonly hookUrl?: string;
}

/** Bongloy on this machine. */
export interface BongloyEmulator extends PaymentEmulator<BongloyEmulatorConfig> {
  readonly payer: PaymentEmulator['payer'] & {
    /** Fills in the form: gives the token. Bongloy hears of the request when the token is charged, so no `amount` here. */
    pay(reference: Reference, options?: { readonly amount?: Money }): Promise<string>;
    /** Fills in the form with a card that comes to this. */
    payWith(outcome: CardOutcome): Promise<string>;
  };
  /** What card holders disputed, with the word for how it stands. */
  readonly disputes: readonly { readonly charge: string; readonly status: string }[];
  /** What people do at Bongloy's own pages. Charges are named by their ids. */
  readonly dashboard: {
    /** Without `minor`, what is left. In the smallest unit of the wire. */
    refund(charge: string, minor?: bigint): Promise<void>;
    capture(charge: string, minor?: bigint): Promise<void>;
    /** The card holder disputes the whole charge. */
    dispute(charge: string): Promise<void>;
    /** The dispute gets another word, such as `won` or `lost`. */
    decideDispute(charge: string, status: string): Promise<void>;
    /** A charge of another shop system on the same account. */
    foreignCharge(): Promise<string>;
  };
}
