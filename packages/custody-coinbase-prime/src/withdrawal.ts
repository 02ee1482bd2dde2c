import { BTC, ProviderError } from '@rielrails/core';
import type { Money, Reference, Withdrawal } from '@rielrails/core';
import { createVocabulary, parseAmount } from '@rielrails/kit';
import type { Log } from '@rielrails/kit';
import { COINBASE_PRIME } from './config.ts';
import type { Transaction } from './wire.ts';

/** How far a transaction came. `unsent` ended before anything was built; `spent` ended on the chain, with the fee. */
type Stage = 'awaiting-approval' | 'signing' | 'broadcast' | 'confirmed' | 'unsent' | 'spent';

/** "Coinbase Prime REST API" (OpenAPI 0.1): `TransactionStatus`. */
const stages: Readonly<Record<string, Stage>> = {
  TRANSACTION_CREATED: 'awaiting-approval',
  TRANSACTION_REQUESTED: 'awaiting-approval',
  TRANSACTION_APPROVED: 'signing',
  TRANSACTION_PROVISIONED: 'signing',
  TRANSACTION_PLANNED: 'signing',
  TRANSACTION_GASSING: 'signing',
  TRANSACTION_GASSED: 'signing',
  TRANSACTION_CONSTRUCTED: 'signing',
  TRANSACTION_PROCESSING: 'broadcast',
  TRANSACTION_BROADCASTING: 'broadcast',
  TRANSACTION_RESTORED: 'broadcast',
  TRANSACTION_DELAYED: 'broadcast',
  TRANSACTION_DONE: 'confirmed',
  TRANSACTION_CANCELLED: 'unsent',
  TRANSACTION_REJECTED: 'unsent',
  TRANSACTION_EXPIRED: 'unsent',
  TRANSACTION_FAILED: 'spent',
  // Made anew as another transaction: an end of this one, and none of the withdrawal.
  TRANSACTION_RETRIED: 'signing',
  OTHER_TRANSACTION_STATUS: 'signing',
};

/** Reads transactions as withdrawals. */
export interface WithdrawalReader {
  /** @throws ProviderError `unavailable` for what is no withdrawal of bitcoin. */
  read(reference: Reference, transaction: Transaction): Withdrawal;
}

/** Builds the reader. `depth` is what `TRANSACTION_DONE` is taken for. */
export function createWithdrawalReader(depth: number, log: Log): WithdrawalReader {
  const words = createVocabulary<Stage>({ provider: COINBASE_PRIME, words: stages, otherwise: 'signing', log });

  return {
    read(reference, transaction) {
      const { id, status } = transaction;
      const fee = feeOf(transaction);
      const common = {
        reference,
        amount: amountOf(transaction),
        ...(fee ? { fee } : {}),
        ...(id === '' ? {} : { handle: id }),
      };
      const transactionId = chainIdOf(transaction);
      const stage = words.read(status);
      switch (stage) {
        case 'awaiting-approval':
        case 'signing':
          return { ...common, status: stage };
        case 'broadcast':
          return transactionId === null
            ? { ...common, status: 'signing' }
            : { ...common, status: stage, transactionId };
        case 'confirmed':
          // Without a transaction there is nothing that a customer could look up: people are to look at it.
          if (transactionId === null) log.warn('done-without-transaction', { provider: COINBASE_PRIME, reference });
          return transactionId === null
            ? { ...common, status: 'signing' }
            : { ...common, status: stage, transactionId, depth };
        case 'unsent':
          // Ids are "generated upon broadcast": where there is none, the coins never left.
          return { ...common, status: 'failed', fundsReturned: (transaction.blockchain_ids ?? []).length === 0 };
        case 'spent':
          return { ...common, status: 'failed', fundsReturned: false };
      }
    },
  };
}

/** The amount of a transaction, which is what arrives. */
function amountOf({ amount, symbol }: Transaction): Money {
  if (!isBitcoin(symbol)) throw drift('a transaction of another asset');
  if (typeof amount !== 'string') throw drift('a transaction without an amount');
  return unsigned(amount);
}

/** No document says whether a withdrawal's amount is told with its sign. */
function unsigned(amount: string): Money {
  return parseAmount(amount.replace(/^-/, ''), BTC);
}

/** What we paid. The fee of the network, which Prime tells beside it, may be somebody else's. */
function feeOf({ fees, fee_symbol: symbol }: Transaction): Money | null {
  return typeof fees === 'string' && fees !== '' && isBitcoin(symbol)
    ? parseAmount(fees, BTC, { field: 'fees', rounding: 'up' })
    : null;
}

/** The newest of the chain's ids: no document says what their order is. `null` where none was told. */
function chainIdOf({ blockchain_ids: ids }: Transaction): string | null {
  return ids?.findLast((id) => /^[0-9a-f]{64}$/i.test(id))?.toLowerCase() ?? null;
}

/** "Multi-Network": bitcoin on another chain has a symbol of its own, such as `cbbtc`. */
export function isBitcoin(symbol: string): boolean {
  return symbol.toUpperCase() === BTC.code;
}

/** An answer that is not about what was asked. */
export function drift(what: string): ProviderError {
  return new ProviderError({
    kind: 'unavailable',
    provider: COINBASE_PRIME,
    message: `${COINBASE_PRIME}: answered with ${what}`,
  });
}
