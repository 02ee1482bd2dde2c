import type { Money, Reference } from '@rielrails/core';
import type { Emulator } from './emulator.ts';

/** What a payer tells the emulated bank. */
export interface EmulatedPayer {
  readonly account?: string;
  readonly name?: string;
}

/** A payment provider on this machine, with the payer's side in our hand. */
export interface PaymentEmulator<Config = unknown> extends Emulator {
  /** What an adapter needs to talk to it. */
  readonly config: Config;
  readonly payer: {
    /** Pays a request: what was asked for, or another amount. Gives the provider's transaction id. */
    pay(reference: Reference, options?: { readonly amount?: Money } & EmulatedPayer): Promise<string>;
    /** Pays the same request a second time, where the provider lets that happen; otherwise gives `null`. */
    payTwice(reference: Reference, options?: EmulatedPayer): Promise<string | null>;
    /** Lets the request run out. */
    expire(reference: Reference): Promise<void>;
    /** The payer says no, where the provider knows that. */
    cancel(reference: Reference): Promise<void>;
    /** The money is taken back, where the provider knows that. */
    reverse(transaction: string): Promise<void>;
  };
  /** What really happened at the provider, whatever was answered. */
  readonly applied: {
    readonly payments: readonly { readonly reference: string; readonly amount: Money }[];
    readonly receipts: readonly { readonly reference: string; readonly transaction: string; readonly amount: Money }[];
    readonly refunds: readonly { readonly reference: string; readonly transaction: string; readonly amount: Money }[];
    readonly cancelled: readonly string[];
  };
}

/** An exchange on this machine, with the market in our hand. */
export interface ExchangeEmulator<Config = unknown> extends Emulator {
  readonly config: Config;
  readonly market: {
    /** Moves every price of the book by hundredths of a percent. */
    move(basisPoints: number): void;
    /** Sets what the account holds, as a decimal text. */
    setBalance(asset: string, amount: string): void;
    /** Lets only part of the next order fill, in hundredths of a percent. */
    fillPartly(basisPoints: number): void;
    /** Stops and resumes trading. */
    halt(halted: boolean): void;
  };
  readonly applied: {
    readonly orders: readonly { readonly reference: string; readonly spent: string; readonly received: string }[];
  };
}

/** A custody on this machine, with its network in our hand. */
export interface CustodyEmulator<Config = unknown> extends Emulator {
  readonly config: Config;
  readonly network: {
    /** Addresses of customers, valid on this network, each one fresh. */
    address(): string;
    /** Confirms what waits, `blocks` deep. */
    confirm(blocks?: number): Promise<void>;
    /** Gives the custody something to send. */
    fund(amount: Money): Promise<void>;
  };
  /** The people whose leave a withdrawal can need, where the custodian has such a policy. */
  readonly approvals?: {
    /** From now on, every withdrawal waits for one of them. */
    require(): Promise<void>;
    approve(reference: Reference): Promise<void>;
    reject(reference: Reference): Promise<void>;
  };
  readonly applied: {
    readonly withdrawals: readonly { readonly reference: string; readonly address: string; readonly amount: Money }[];
  };
}

/** A KYC provider on this machine, with the reviewer's desk in our hand. */
export interface KycEmulator<Config = unknown> extends Emulator {
  readonly config: Config;
  readonly desk: {
    approve(
      reference: Reference,
      identity?: {
        readonly name: string;
        readonly born?: string;
        readonly country?: string;
        /** The number of the document, where the provider reads one. */
        readonly documentNumber?: string;
      },
    ): Promise<void>;
    /** Rejects, so that the person may try again (`retry`) or not (`final`). */
    reject(reference: Reference, type: 'retry' | 'final', reason?: string): Promise<void>;
    /** Takes an approval back. */
    revoke(reference: Reference): Promise<void>;
  };
  readonly applied: {
    readonly cases: readonly { readonly reference: string }[];
  };
}

/** A screening service on this machine, with its lists in our hand. */
export interface ScreeningEmulator<Config = unknown> extends Emulator {
  readonly config: Config;
  readonly list: {
    addName(name: string): void;
    addAddress(address: string): void;
    /** Makes the data older than the service may use. */
    makeStale(): void;
  };
}
