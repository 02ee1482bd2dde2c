import type { Attempt, Money, Reference, Withdrawal } from '@rielrails/core';

/** What a wallet thinks should be moved, held against the bounds of its operator. */
export type WalletAdvice =
  | { readonly type: 'none' }
  | { readonly type: 'exchange-to-wallet' | 'wallet-to-cold'; readonly amount: Money };

/** A transaction of the wallet that waits for signatures which are made elsewhere. */
export interface WaitingTransaction {
  readonly txid: string;
  /** Where the payment goes. Whoever signs compares it with the screen of their signer. */
  readonly address: string;
  readonly amount: Money;
  readonly fee: Money;
  /** BIP174, base64. */
  readonly psbt: string;
}

/**
 * A wallet of the operator's own, as the treasury needs it. The reference of a transfer is stored before any call, and
 * the same one is the same transfer for ever.
 */
export interface WalletDesk {
  /** The id of the custody that it is. */
  readonly id: string;
  /** @throws ProviderError `config` where no bounds are set. */
  advice(): Promise<WalletAdvice>;
  /** Sends to cold storage, whose address no caller can choose. Safe to repeat. */
  sweepToCold(input: { readonly reference: Reference; readonly amount: Money }): Promise<Attempt<Withdrawal>>;
  /** Gathers small coins into one, when fees are low. Safe to repeat. */
  consolidate(input: { readonly reference: Reference }): Promise<Attempt<Withdrawal>>;
  /** Splits large coins, so that as many deliveries can leave at once as the pool should have coins. Safe to repeat. */
  split(input: { readonly reference: Reference }): Promise<Attempt<Withdrawal>>;
  /** Pays the miners more. Never a second payment; the version that confirms is the one that is told from then on. */
  bump(input: { readonly reference: Reference }): Promise<Attempt<Withdrawal>>;
  /** How something that was sent stands now; `null`: it provably does not exist. Safe to repeat. */
  find(reference: Reference): Promise<Withdrawal | null>;
  /**
   * Hands in again what the network lost, gives back the coins of what was never signed; how many could not be looked at.
   * What is in `watchOnly` is handed to nobody.
   */
  tend(input: { readonly watchOnly: readonly Reference[] }): Promise<{ readonly failed: number }>;
  /** A fresh address of the wallet, to fill it. */
  depositAddress(): Promise<string>;
  /** What under this reference waits for signatures, oldest first. */
  waiting(reference: Reference): Promise<readonly WaitingTransaction[]>;
  /** Brings a signed transaction home: compared with what was handed out, stored, broadcast. Safe to repeat. */
  bringHome(input: {
    readonly reference: Reference;
    readonly psbt: string;
  }): Promise<{ readonly outcome: 'waiting' | 'signed'; readonly txid: string }>;
}
