import type { Money, NonEmpty } from '@rielrails/core';
import type { EmulatedPayer, PaymentEmulator } from '@rielrails/kit/emulator';

/** The currencies that an order can be in here. */
export type EmulatedCurrency = 'USD' | 'EUR' | 'HKD' | 'IDR' | 'THB' | 'VND' | 'USDT';

/** What a merchant of the emulated AEON is told: enough to configure an adapter. */
export interface AeonEmulatorConfig {
  readonly appId: string;
  readonly secret: string;
  readonly environment: 'sandbox';
  readonly callbackUrl: string;
  readonly currencies: NonEmpty<EmulatedCurrency>;
  readonly feePaidBy: 'merchant' | 'payer';
  readonly settlesAfterDays: number;
}

/** How this AEON is set up. Where its documents are silent or disagree, a switch offers each reading. */
export interface AeonEmulatorOptions {
  /** Default: USD. */
  readonly currencies?: NonEmpty<EmulatedCurrency>;
  /** The merchant's default address for webhooks. Default: `https://shop.example/aeon/callback`. */
  readonly callbackUrl?: string;
  /** Where payers open the hosted page. Default: AEON's sandbox host. */
  readonly checkoutUrl?: string;
  /** The address of AEON's payment bot, to which an order's number is added. Assumed: a deep link with `?start=`. */
  readonly botUrl?: string;
  /** Which fields a webhook's signature covers: fourteen, or fifteen with `address`. Default: `14`. */
  readonly webhookFields?: '14' | '15';
  /** How the query and webhooks write `orderAmount`. Default: `units`. */
  readonly orderAmounts?: 'units' | 'cents';
  /** The type of `code`: a text in every example, "long" in the tables. Default: `text`. */
  readonly codes?: 'text' | 'number';
  /** The HTTP status of a business error. Default: 200. */
  readonly errorStatus?: 200 | 400;
  /** Whether `customParam` comes back as an object ("Query Order") or as the text that was sent (webhook example). */
  readonly customParam?: 'object' | 'text';
  /** Who pays AEON's fee of one percent. Default: `merchant`. */
  readonly feePaidBy?: 'merchant' | 'payer';
  /** Collects several transfers until an order is paid, instead of failing the first one that is too small. */
  readonly accumulates?: boolean;
  /** Days from the payment to its settlement, after which AEON refunds nothing. Default: 7. */
  readonly settlesAfterDays?: number;
}

/** How a payer pays on the chain. */
export interface AeonPayer extends EmulatedPayer {
  /** What it is worth in the order's currency. Default: what the order asks for. */
  readonly amount?: Money;
  /** Default: USDT. Another than the order takes is a wrong payment. */
  readonly token?: string;
  /** Default: TRX. */
  readonly network?: string;
  /** Pays from a connected wallet, whose address AEON then tells. Default: no, and no address is told. */
  readonly connectedWallet?: boolean;
}

/** AEON on this machine. */
export interface AeonEmulator extends PaymentEmulator<AeonEmulatorConfig> {
  readonly payer: PaymentEmulator['payer'] & {
    pay(reference: string, options?: AeonPayer): Promise<string>;
    /** The payer takes a wrong payment back on AEON's own page. */
    refundSelf(reference: string): Promise<void>;
  };
  /** What payers took back by themselves, in the token that they had sent. */
  readonly selfRefunds: readonly { readonly reference: string; readonly volume: string; readonly token: string }[];
  /** The merchant's settings, as AEON's staff would change them. */
  readonly profile: {
    /** Whether the caller's address is on the list. */
    callerListed: boolean;
    tokens: readonly string[];
    networks: readonly string[];
  };
}
