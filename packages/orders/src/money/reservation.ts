import type { Instant } from '@rielrails/core';
import { post, reservedBalances } from '../store/ledger.ts';
import type { Reader, Tx } from '../store/transaction.ts';
import type { Place } from './accounts.ts';
import { release, reserve } from './postings.ts';
import type { Holding } from './postings.ts';

/**
 * Sets the float aside for an order: what the exchange will be paid, and what the wallet will send.
 *
 * No reserve, no payment request.
 *
 * @throws InsufficientBalanceError when the float is sold; the transaction is then spent.
 */
export async function reserveFloat(
  tx: Tx,
  input: { readonly order: string; readonly holdings: readonly Holding[]; readonly at: Instant },
): Promise<void> {
  await post(tx, reserve(input), input.at);
}

/** What is still set aside for an order. */
export async function heldFor(db: Reader, order: string): Promise<Holding[]> {
  const suffix = `:reserved:${order}`;
  const held = await reservedBalances(db, order);
  return held.map(({ account, amount }) => ({ place: account.slice(0, -suffix.length) as Place, amount }));
}

/** Frees whatever is still set aside for an order. Safe to repeat: afterwards nothing is held. */
export async function releaseFloat(tx: Tx, input: { readonly order: string; readonly at: Instant }): Promise<void> {
  const holdings = await heldFor(tx, input.order);
  if (holdings.length > 0) await post(tx, release({ order: input.order, holdings }), input.at);
}
