import type { Clock, Random } from '@rielrails/kit';
import { JsonNumber, toHex } from '@rielrails/kit';
import type { Instant, Money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { convertForPayer } from './conversion.ts';

/** How a payer can pay. */
export type PaywayMethod = 'khqr' | 'abapay' | 'card' | 'wechat' | 'alipay';

/** A payment of a transaction. There is one at most, unless wrong payments are taken. */
export interface BookedPayment {
  readonly approvalCode: string;
  readonly bankReference: string;
  readonly method: PaywayMethod;
  /** What reached the merchant, in the currency of the transaction. */
  readonly amount: Money;
  readonly paidAt: Instant;
  /** What the payer's account was charged, perhaps in the other currency. */
  readonly charged: Money;
  readonly account: string;
}

/** A transaction as PayWay keeps it. */
export interface Transaction {
  readonly tranId: string;
  readonly amount: Money;
  readonly currency: 'KHR' | 'USD';
  readonly createdAt: Instant;
  /** The end of its lifetime; `expire` moves it. */
  payableUntil: number;
  readonly callbackUrl: string | null;
  readonly continueUrl: string | null;
  readonly returnParams: string;
  readonly qr: string;
  readonly qrCode: string;
  state: 'open' | 'paid' | 'declined';
  closed: boolean;
  /** The first payment. */
  payment: BookedPayment | null;
  /** Payments beyond the first. */
  readonly further: BookedPayment[];
  readonly refunds: { readonly amount: bigint; readonly at: Instant; readonly bankReference: string }[];
}

/** What a payment attempt came to. The words are those that a payer reads. */
export type PaymentResult =
  | { readonly outcome: 'paid'; readonly transaction: Transaction }
  | { readonly outcome: 'refused'; readonly message: string };

/** How the sandbox was measured to differ from the documents. */
export interface BookRules {
  readonly clock: Clock;
  readonly random: Random;
  readonly khrPerUsd: bigint;
  /** A closed transaction stays pending, and its card page still takes money. */
  readonly closeIsAdvisory: boolean;
  /** Other amounts, second scans and late money arrive too. */
  readonly takesWrongPayments: boolean;
}

/** Every transaction of one merchant. */
export interface Book {
  readonly all: readonly Transaction[];
  find(tranId: string): Transaction | undefined;
  findByQrCode(code: string): Transaction | undefined;
  /** Eight digits that no transaction has yet. */
  newQrCode(): string;
  add(transaction: Transaction): void;
  /** Takes money, if the transaction can take it now in this way. */
  pay(
    transaction: Transaction,
    how: {
      readonly method: PaywayMethod;
      readonly currency?: 'KHR' | 'USD';
      readonly account?: string;
      readonly amount?: Money;
    },
  ): PaymentResult;
  /** Six digits, fresh for every use. */
  digits(count: number): string;
}

/** An empty book. */
export function createBook({ clock, random, khrPerUsd, closeIsAdvisory, takesWrongPayments }: BookRules): Book {
  const transactions = new Map<string, Transaction>();
  const codes = new Map<string, Transaction>();
  const digits = (count: number) =>
    (BigInt(`0x${toHex(random.bytes(8))}`) % 10n ** BigInt(count)).toString().padStart(count, '0');

  function refusalOf(transaction: Transaction, method: PaywayMethod): string | null {
    if (transaction.state === 'declined') return 'Transaction not found';
    if (takesWrongPayments) return null;
    if (transaction.state === 'paid') return 'QR is already used';
    const byCard = method === 'card';
    if (transaction.closed && !(closeIsAdvisory && byCard)) return 'Transaction expired';
    const late = clock.now() > transaction.payableUntil;
    // "Lifetime": WeChat and Alipay payments after it are not reversed.
    return late && method !== 'wechat' && method !== 'alipay' ? 'Transaction expired' : null;
  }

  return {
    get all() {
      return [...transactions.values()];
    },
    find: (tranId) => transactions.get(tranId),
    findByQrCode: (code) => codes.get(code),
    newQrCode() {
      for (;;) {
        const code = digits(8);
        if (!codes.has(code)) return code;
      }
    },
    add(transaction) {
      transactions.set(transaction.tranId, transaction);
      codes.set(transaction.qrCode, transaction);
    },
    pay(
      transaction,
      { method, currency = transaction.currency, account = '000 111 222', amount = transaction.amount },
    ) {
      const message = refusalOf(transaction, method);
      if (message) return { outcome: 'refused', message };
      const sameAmount = amount.asset.code === transaction.currency && amount.minor === transaction.amount.minor;
      if (!takesWrongPayments && !sameAmount) return { outcome: 'refused', message: 'The amount cannot be changed' };
      transaction.state = 'paid';
      const payment: BookedPayment = {
        approvalCode: digits(6),
        bankReference: `100FT${digits(11)}`,
        method,
        amount,
        paidAt: clock.now(),
        charged: convertForPayer(amount, currency, khrPerUsd),
        account: `*****${account.replaceAll(/\D/g, '').slice(-4).padStart(4, '0')}`,
      };
      if (transaction.payment) transaction.further.push(payment);
      else transaction.payment = payment;
      return { outcome: 'paid', transaction };
    },
    digits,
  };
}

/** Everything that was paid on a transaction. */
export function paymentsOf({ payment, further }: Transaction): readonly BookedPayment[] {
  return payment ? [payment, ...further] : [];
}

/** What arrived on a transaction in all; before a payment, what was asked for. */
export function arrivedOf(transaction: Transaction): Money {
  const payments = paymentsOf(transaction);
  if (payments.length === 0) return transaction.amount;
  const minor = payments.reduce((sum, { amount }) => sum + amount.minor, 0n);
  return { asset: transaction.amount.asset, minor };
}

/** What was sent back of a transaction. */
export function refundedOf({ refunds }: Transaction): bigint {
  return refunds.reduce((sum, { amount }) => sum + amount, 0n);
}

/** An amount as a JSON number without zeros at its end: `12.5`, `4000`. */
export function asNumber(amount: Money): JsonNumber {
  const text = formatAmount(amount);
  return new JsonNumber(text.includes('.') ? text.replace(/\.?0+$/, '') : text);
}

const PHNOM_PENH_MS = 7 * 3_600_000;

/** `YYYY-MM-DD HH:mm:ss` in Phnom Penh. */
export function localTime(at: Instant): string {
  return new Date(at + PHNOM_PENH_MS).toISOString().slice(0, 19).replace('T', ' ');
}
