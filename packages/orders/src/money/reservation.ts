import { reservedBalances } from '../store/ledger.ts';
import type { Reader } from '../store/transaction.ts';
import type { Place } from './accounts.ts';
import type { Holding } from './postings.ts';

/** What is still set aside for an order. */
export async function heldFor(db: Reader, order: string): Promise<Holding[]> {
  const suffix = `:reserved:${order}`;
  const held = await reservedBalances(db, order);
  return held.map(({ account, amount }) => ({ place: account.slice(0, -suffix.length) as Place, amount }));
}
