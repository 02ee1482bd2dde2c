import type { Instant } from '@rielrails/core';
import type { Balance, OrderFile, TrialBalance } from '@rielrails/orders';
import type { ChainRecord } from '../launcher/chain-desk.ts';
import type { Applied } from '../launcher/world-protocol.ts';

/** Everything that is known at the end of a script, from both sides: what the engine believes, and what is true. */
export interface Facts {
  readonly at: Instant;
  /** The engine's orders, whole. */
  readonly files: readonly OrderFile[];
  readonly balances: readonly Balance[];
  readonly trial: TrialBalance;
  /** The truth of the bank, the exchange and the KYC desk. */
  readonly applied: Applied;
  /** The truth of the chain: every transaction that pays an order's address, by order id. */
  readonly payments: Readonly<Record<string, readonly ChainRecord[]>>;
  /** What the wallet held at the beginning, and what it holds on the chain now. */
  readonly walletSats: { readonly atFirst: bigint; readonly now: bigint };
  /** The last state in which a buyer was shown each order, by order id. */
  readonly told: Readonly<Record<string, string>>;
  /** Everything that the bot ever said in any chat, what it edited away included. */
  readonly said: readonly string[];
  /** Addresses that were put on the sanctions list, and when. */
  readonly listed: Readonly<Record<string, Instant>>;
}
