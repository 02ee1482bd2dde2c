import type { Money } from '@rielrails/core';
import type { PaymentEmulator } from '@rielrails/kit/emulator';

/** What a project of the emulated A-Pay is told: enough to configure an adapter. */
export interface ApayEmulatorConfig {
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly projectId: string;
  readonly webhookId: string;
  readonly accessKey: string;
  readonly privateKey: string;
}

/** How this A-Pay is set up. */
export interface ApayEmulatorOptions {
  /** Where the project's webhook points. Default: `https://shop.example/webhooks/apay`. */
  readonly postbackUrl?: string;
  /** The start of the addresses that payers open. Default: `https://a-pay.one`. */
  readonly pageUrl?: string;
  /** The status of an error: the documents allow both. Default: 400. */
  readonly errorStatus?: 200 | 400;
  /** How the body around the signed list is written: as PHP does by default (`escaped`), or plainly. Default: `escaped`. */
  readonly postbacks?: 'escaped' | 'plain';
}

/** A-Pay on this machine. */
export interface ApayEmulator extends PaymentEmulator<ApayEmulatorConfig> {
  readonly payer: PaymentEmulator['payer'] & {
    /**
     * Pays on the page (`ababank`), or transfers to the account (`wing_l`). Gives the order id, or the bank's transaction
     * id: the transfer counts once that id was handed in.
     */
    pay(reference: string, options?: { readonly amount?: Money }): Promise<string>;
    /**
     * Transfers from a bank app to one of the accounts that deposits were given (`wing_l`). Gives the bank's transaction
     * id: the money counts once that id was handed in.
     */
    transfer(account: string, amount: Money): Promise<string>;
    /** A-Pay looks at the transfer and says no. */
    reject(reference: string): Promise<void>;
  };
  /** What the project's owner does in the dashboard. */
  readonly dashboard: {
    /** Pays out, and tells it by a postback. Gives the order id. */
    withdraw(amount: Money, label?: string): Promise<string>;
    /** Takes a method of payment away, or gives it back. */
    setMethod(method: 'ababank' | 'wing_l', enabled: boolean): void;
    /** Sends one postback about several deposits, as they stand now. */
    sendTogether(references: readonly string[]): Promise<void>;
  };
}
