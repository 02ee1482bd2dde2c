import type { Money, Reference } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import type { CustodyEmulator } from '@rielrails/kit/emulator';

/** What a client of the emulated Prime is told: enough to configure an adapter. */
export interface CoinbasePrimeEmulatorConfig {
  readonly accessKey: string;
  readonly passphrase: string;
  readonly signingKey: string;
  readonly portfolioId: string;
  readonly walletId: string;
  readonly walletType: 'trading' | 'vault';
  readonly depthWhenDone: number;
  readonly network: BitcoinNetwork;
}

/** How this Prime is set up. Most switches are places where documents are silent. */
export interface CoinbasePrimeEmulatorOptions {
  /** Default: `trading`. */
  readonly walletType?: 'trading' | 'vault';
  /** Default: `bitcoin`. */
  readonly network?: BitcoinNetwork;
  /** Whether people have to approve. Default: `by-hand`, as at Prime until somebody relaxes it. */
  readonly consensus?: 'by-hand' | 'automatic';
  /** Whether only trusted addresses are paid. Default: yes, as at Prime until somebody turns it off. */
  readonly addressBook?: boolean;
  /** What an idempotency key does a second time, whatever the body. Default: `replays`. */
  readonly usedKey?: 'replays' | 'fails';
  /** What errors hold: the whole `google.rpc.Status`, or the message alone. Default: `status`. */
  readonly errors?: 'status' | 'message';
  /** How a client makes the idempotency key of a reference, so that people can name a withdrawal by it. Default: as it is. */
  readonly keyOf?: (reference: Reference) => string;
  /** How a transaction tells an amount that left. Default: `plain`. */
  readonly amounts?: 'plain' | 'negative';
}

/** A withdrawal as the people at Prime's own pages see it. */
export interface WithdrawalOnDesk {
  readonly id: string;
  readonly idempotencyKey: string;
  readonly address: string;
  readonly amount: Money;
  readonly status: string;
  readonly approvalUrl: string;
}

/** Coinbase Prime on this machine. Approvals name a withdrawal by its reference, every other control by Prime's id. */
export interface CoinbasePrimeEmulator extends CustodyEmulator<CoinbasePrimeEmulatorConfig> {
  readonly approvals: NonNullable<CustodyEmulator['approvals']>;
  /** What people do at Prime's own pages, and what Prime does. */
  readonly desk: {
    /** Newest first. */
    readonly withdrawals: readonly WithdrawalOnDesk[];
    /** Consensus is met. */
    approve(id: string): void;
    reject(id: string): void;
    cancel(id: string): void;
    /** Consensus was not met in time. */
    expire(id: string): void;
    /** Brings it to the network, as this transaction where somebody else plays the chain. */
    broadcast(id: string, transactionId?: string): void;
    /** It failed on the chain: the fee is gone. */
    fail(id: string): void;
    /** Makes it anew, and tells so in one of these ways. Gives the id of the new one. */
    retry(id: string, told: 'by-key' | 'by-replaced-id' | 'not-at-all'): string;
    /** Any other of Prime's words that fits how far it came: `TRANSACTION_DELAYED`. */
    show(id: string, status: string): void;
    /** Puts an address into the address book. */
    trust(address: string): void;
    /** Somebody withdraws in the browser, without an idempotency key. Gives the id. */
    withdrawByHand(address: string, amount: Money): string;
  };
}
