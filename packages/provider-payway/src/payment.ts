import { KHR, USD } from '@rielrails/core';
import type { Asset, Instant, Money, Payment, ProviderRef, Receipt, Reference } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import type { PaywayCurrency } from './config.ts';
import { readAskedAmount } from './khqr.ts';
import type { PaywayState } from './status.ts';
import { readLocalTime } from './time.ts';
import type { CheckRecord, DetailRecord } from './wire.ts';

const assets: Readonly<Record<PaywayCurrency, Asset>> = { KHR, USD };
const currencyNumbers: Readonly<Record<string, PaywayCurrency>> = { '116': 'KHR', '840': 'USD' };

/** What a lookup told, with what it did not tell. */
export interface Known {
  readonly reference: Reference;
  readonly currency: PaywayCurrency;
  readonly state: PaywayState;
  /** Whether its time ran out, as far as we know: PayWay has no word for that. */
  readonly over: boolean;
}

/** What is known of a payment before its summary. */
export type Facts = Pick<Payment, 'reference' | 'requested' | 'receipts' | 'refunds' | 'reversals'>;

/** A record of a lookup as a payment. */
export function paymentOf(record: CheckRecord | DetailRecord, { reference, currency, state, over }: Known): Payment {
  const requested = amountIn(record.original_amount, currency);
  const none: Facts = { reference, requested, receipts: [], refunds: [], reversals: [] };
  switch (state) {
    case 'paid': {
      // The payer may have paid in another currency: what reaches the merchant is the original amount.
      const receipt: Receipt = { transaction: transactionOf(reference), amount: requested, ...paidBy(record) };
      return withRefunded({ ...none, receipts: [receipt] }, amountIn(record.refund_amount, currency));
    }
    case 'open':
      return { ...none, status: over ? 'expired' : 'awaiting-payer' };
    case 'declined':
      return { ...none, status: 'failed', reason: 'declined' };
    case 'cancelled':
    case 'processing':
      return { ...none, status: state };
  }
}

/** A paid payment of which so much was sent back: one refund, because PayWay tells only the total. */
export function withRefunded(facts: Facts, refunded: Money): Payment {
  const status = refunded.minor >= facts.requested.minor ? 'refunded' : 'paid';
  if (refunded.minor === 0n) return { ...facts, refunds: [], status };
  const receipt = transactionOf(facts.reference);
  return { ...facts, refunds: [{ receipt, amount: refunded, status: 'done' }], status };
}

/**
 * The receipt's name: the `tran_id`, for which PayWay takes one payment.
 *
 * The approval code (`apv`) has six digits and comes round again; the bank's reference is told by one lookup only.
 */
export function transactionOf(reference: Reference): ProviderRef {
  return reference as string as ProviderRef;
}

/** What only the detail tells: when the payment was completed, and from which account (masked). */
function paidBy(record: CheckRecord | DetailRecord): Pick<Receipt, 'paidAt' | 'payer'> {
  if (!('transaction_id' in record)) return {};
  const completed = record.transaction_operations?.find(({ status }) => status === 'Completed');
  const paidAt: Instant | undefined = completed && readLocalTime(completed.transaction_date);
  const account = record.payer_account?.trim();
  return { ...(paidAt === undefined ? {} : { paidAt }), ...(account ? { payer: { account } } : {}) };
}

/** Whether an amount can only be dollars: riel have no fraction and begin at 100 (codes 46 and 47 of "Purchase"). */
export function isSurelyDollars(amount: string): boolean {
  const { minor } = parseAmount(amount, USD);
  return minor % 100n !== 0n || minor < 100_00n;
}

/** An amount of an answer. @throws for another form, or another currency. */
export function amountIn(text: string, currency: string): Money {
  return parseAmount(text, assets[readCurrency(currency)]);
}

/** @throws RangeError for anything but KHR and USD. */
export function readCurrency(text: string): PaywayCurrency {
  if (text === 'KHR' || text === 'USD') return text;
  throw new RangeError('currency: neither KHR nor USD');
}

/** What the payer's bank will show after scanning. @throws for a KHQR that does not say. */
export function askedBy(khqr: string): Money {
  const { currencyNumber, amount } = readAskedAmount(khqr);
  return amountIn(amount, currencyNumbers[currencyNumber] ?? '');
}
