import { KHR, money } from '@rielrails/core';
import type { Money, Payment, ProviderRef, Reference } from '@rielrails/core';
import { asReference, createVocabulary, unavailable } from '@rielrails/kit';
import type { Log, Vocabulary } from '@rielrails/kit';
import { APAY } from './config.ts';
import type { OrderRecord } from './wire.ts';

/** What A-Pay's word for an order means. `failed` holds for `Rejected` too. */
export type OrderState = 'awaiting-payer' | 'paid' | 'failed' | 'processing';

/** "Deposit info", "Withdrawal info" and "Postback" use the same four words. */
export function createOrderWords(log: Log): Vocabulary<OrderState> {
  const words = { Pending: 'awaiting-payer', Success: 'paid', Failed: 'failed', Rejected: 'failed' } as const;
  return createVocabulary<OrderState>({ provider: APAY, words, otherwise: 'processing', log });
}

/** What we asked for, as `custom_transaction_id` carries it: A-Pay tells what came in place of what was asked for. */
export interface Asked {
  readonly reference: Reference;
  readonly requested: Money<'KHR'>;
}

/** Writes a `custom_transaction_id`: `4242424242/40000`. */
export function formatAsked({ reference, requested }: Asked): string {
  return `${reference}/${requested.minor}`;
}

/** Reads a `custom_transaction_id`. `null` for one that is not ours. */
export function readAsked(text: string | null | undefined): Asked | null {
  const [, name, minor = '0'] = /^(\d{1,19})\/([1-9]\d{0,14})$/.exec(text ?? '') ?? [];
  const reference = asReference(name);
  return reference && { reference, requested: money(KHR, BigInt(minor)) };
}

/** The payment that a deposit is. @throws ProviderError of kind `unavailable` when it belongs to another reference. */
export function paymentOf(record: OrderRecord, reference: Reference, words: Vocabulary<OrderState>): Payment {
  const asked = readAsked(record.custom_transaction_id);
  if (asked?.reference !== reference) throw unavailable(APAY, `${APAY} get: the deposit belongs to another reference`);
  const status = words.read(record.status);
  // A-Pay tells no time of payment, and no payer.
  const receipts = status === 'paid' ? [{ transaction: record.order_id as ProviderRef, amount: record.amount }] : [];
  const payment = { ...asked, receipts, refunds: [], reversals: [] };
  return status === 'failed'
    ? { ...payment, status, reason: record.status === 'Rejected' ? 'rejected' : 'failed' }
    : { ...payment, status };
}
