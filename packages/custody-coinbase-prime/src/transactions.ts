import type { CallContext } from '@rielrails/core';
import { unavailable } from '@rielrails/kit';
import { COINBASE_PRIME } from './config.ts';
import type { CoinbasePrimeSettings } from './config.ts';
import { answers } from './wire.ts';
import type { PrimeWire, Transaction } from './wire.ts';

const PAGE = 100;
/** A lookup that would have to read more pages than this says that it cannot. */
const MAX_PAGES = 50;

/** The withdrawals of one wallet, as Prime tells them. `null`: there is none. Safe to repeat. */
export interface Transactions {
  /** One of this wallet, by Prime's id. */
  byId(id: string, context?: CallContext): Promise<Transaction | null>;
  /**
   * The one that was asked for under a key, or what Prime made of it afterwards. Reads the list, newest first, page after
   * page, to its end.
   *
   * @throws ProviderError `unavailable` when the end is too far, or when the list does not tell all keys.
   */
  byKey(key: string, context?: CallContext): Promise<Transaction | null>;
  /** The same, among the newest hundred only: one call. */
  newestByKey(key: string, context?: CallContext): Promise<Transaction | null>;
}

/** Builds the reader of a wallet's withdrawals. */
export function createTransactions({ walletId }: CoinbasePrimeSettings, wire: PrimeWire): Transactions {
  /** "List Wallet Transactions". A transfer to somebody else at Coinbase is an internal withdrawal. */
  async function readPage(cursor: string, context?: CallContext) {
    const query = new URLSearchParams({ types: 'WITHDRAWAL', sort_direction: 'DESC', limit: String(PAGE) });
    query.append('types', 'INTERNAL_WITHDRAWAL');
    if (cursor !== '') query.set('cursor', cursor);
    const path = `/wallets/${walletId}/transactions?${query.toString()}`;
    const call = { operation: 'list-transactions', method: 'GET', path, schema: answers.transactions } as const;
    const { transactions, pagination } = await wire.read(call, context);
    const next = pagination?.next_cursor ?? '';
    // "Prime REST API Pagination": go on until the cursor is empty. `has_next` says the same, where it is there.
    const isLast = pagination?.has_next === false || (next === '' && pagination?.has_next !== true);
    return { transactions, next, isLast };
  }

  return {
    async byId(id, context) {
      const path = `/transactions/${encodeURIComponent(id)}`;
      const call = { operation: 'get-transaction', method: 'GET', path, schema: answers.transaction } as const;
      const found = await wire.find(call, context);
      return found && isSameId(found.transaction.wallet_id, walletId) ? found.transaction : null;
    },
    async byKey(key, context) {
      const read: Transaction[] = [];
      let cursor = '';
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const { transactions, next, isLast } = await readPage(cursor, context);
        read.push(...transactions);
        const found = findByKey(read, key);
        if (found) return found;
        if (isLast) return absent(read);
        if (next === '') break;
        cursor = next;
      }
      throw cannotTell('the list could not be read to its end');
    },
    async newestByKey(key, context) {
      const { transactions } = await readPage('', context);
      return findByKey(transactions, key);
    },
  };
}

/** The newest under a key, and what became of it. `newestFirst` goes back to it at least. */
function findByKey(newestFirst: readonly Transaction[], key: string): Transaction | null {
  const found = newestFirst.find(({ idempotency_key: told }) => isSameId(told, key));
  return found ? latestOf(found, newestFirst) : null;
}

/** What was `RETRIED` stands again as another transaction, which may name the one that it replaced. */
function latestOf(found: Transaction, among: readonly Transaction[]): Transaction {
  const others = among.filter((one) => one !== found);
  const next = others.find(({ onchain_details: details }) => isSameId(details?.replaced_transaction_id, found.id));
  return next ? latestOf(next, others) : found;
}

/** A withdrawal that tells no key may be the one that is looked for. */
function absent(read: readonly Transaction[]): null {
  if (read.every(({ idempotency_key: told }) => told !== '')) return null;
  throw cannotTell('some withdrawals tell no idempotency key, so that none of them can be ruled out');
}

function cannotTell(why: string): Error {
  return unavailable(COINBASE_PRIME, `${COINBASE_PRIME} list-transactions: ${why}`);
}

/** UUIDs are equal whatever the case of their letters. What is not told equals nothing. */
function isSameId(told: string | undefined, expected: string): boolean {
  return told !== undefined && told !== '' && told.toLowerCase() === expected.toLowerCase();
}
