import type { Money } from '@rielrails/core';
import type { EmulatedPayer, PaymentEmulator } from '@rielrails/kit/emulator';

/** What both versions of a merchant's account have. */
export interface WingAccountConfig {
  readonly username: string;
  readonly restApiKey: string;
  readonly account: { readonly type: 'biller' | 'till'; readonly number: string };
  readonly currency: 'KHR' | 'USD';
  readonly environment: 'sandbox';
  readonly returnUrl: string;
  readonly unpaidCodes: readonly string[];
}

/** A merchant of version 2, as Wing would write it into a letter. */
export interface WingV2EmulatorConfig extends WingAccountConfig {
  readonly version: 'v2';
  readonly password: string;
  readonly domain: string;
}

/** A merchant of version 2 to whom Wing named the path of inquiries. */
export interface WingV2InquiryEmulatorConfig extends WingV2EmulatorConfig {
  readonly inquiryPath: string;
}

/** A merchant of version 1. */
export interface WingV1EmulatorConfig extends WingAccountConfig {
  readonly version: 'v1';
  readonly formUrl: string;
}

/** How this Wing is set up. */
export interface WingEmulatorOptions {
  /** The currency of the biller's account. Default: `KHR`. */
  readonly currency?: 'KHR' | 'USD';
  /** The address that Wing has on record for callbacks. Default: `https://shop.example/webhooks/wing`. */
  readonly callbackUrl?: string;
  /** Where the merchant's own pages are told to be. Default: `https://shop.example`. */
  readonly shopUrl?: string;
  /** The key that callbacks of version 2 are encrypted with: nobody says which. Default: `password`. */
  readonly callbackKey?: 'password' | 'api-key';
}

/** How a payer of the emulated Wing pays. */
export interface WingPayer extends EmulatedPayer {
  /** Another amount than was asked for: Wing tells merchants to look out for less. */
  readonly amount?: Money;
}

/** Wing on this machine. */
export interface WingEmulator<Config = WingV2EmulatorConfig> extends PaymentEmulator<Config> {
  readonly payer: PaymentEmulator['payer'] & {
    pay(reference: string, options?: WingPayer): Promise<string>;
    /** The payer's browser posts the form of version 1, as it stands in the merchant's page. */
    postForm(html: string): Promise<Response>;
  };
  /** Accounts that can pay on the hosted page: with any digits as PIN. */
  readonly testAccounts: readonly { readonly phone: string; readonly name: string }[];
}
