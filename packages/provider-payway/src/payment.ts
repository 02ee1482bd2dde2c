import { KHR, USD } from '@rielrails/core';
import type { Asset, Money, Payment, ProviderRef, Receipt, Reference } from '@rielrails/core';
import { parseAmount, readLocalTime } from '@rielrails/kit';
import type { PaywayCurrency } from './config.ts';
import { readAskedAmount } from './khqr.ts';
import type { PaywayState } from './status.ts';
import { PHNOM_PENH_UTC_HOURS } from './time.ts';
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
      const receipts = receiptsOf(record, { reference, currency, requested });
      return withRefunded({ ...none, receipts }, amountIn(record.refund_amount, currency));
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
  const received = facts.receipts.reduce((sum, { amount }) => sum + amount.minor, 0n);
  const status = refunded.minor >= received ? 'refunded' : 'paid';
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

/** Whether a receipt is one of this payment's. */
export function belongsTo(receipt: ProviderRef, reference: Reference): boolean {
  return receipt === transactionOf(reference) || receipt.startsWith(`${reference}/`);
}

/**
 * What came. PayWay takes one payment for a `tran_id`, in the amount asked for; the payer may have been charged in another
 * currency, but what reaches the merchant is the original amount.
 *
 * Should more or something else come all the same, the detail lists it payment by payment.
 */
function receiptsOf(
  record: CheckRecord | DetailRecord,
  {
    reference,
    currency,
    requested,
  }: { readonly reference: Reference; readonly currency: PaywayCurrency; readonly requested: Money },
): readonly Receipt[] {
  if (!('transaction_id' in record)) return [{ transaction: transactionOf(reference), amount: requested }];
  const completed = record.transaction_operations?.filter(({ status }) => status === 'Completed') ?? [];
  const account = record.payer_account?.trim();
  const payer = account ? { payer: { account } } : {};
  if (completed.length === 0) return [{ transaction: transactionOf(reference), amount: requested, ...payer }];
  return completed.map(({ amount, transaction_date }, index): Receipt => {
    const paidAt = readLocalTime(transaction_date, PHNOM_PENH_UTC_HOURS);
    return {
      transaction: index === 0 ? transactionOf(reference) : (`${reference}/${index + 1}` as ProviderRef),
      amount: amountIn(amount, currency),
      ...(paidAt === undefined ? {} : { paidAt }),
      ...payer,
    };
  });
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
