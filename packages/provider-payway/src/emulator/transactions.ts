import { money } from '@rielrails/core';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { failure } from './answers.ts';
import { arrivedOf, asNumber, localTime, paymentsOf, refundedOf } from './book.ts';
import type { PaywayMethod, Transaction } from './book.ts';
import type { Received } from './form.ts';
import { guarded, lookupRules, numeric } from './guard.ts';
import type { House } from './house.ts';

const MINUTE_MS = 60_000;
const CHECK_KNOWS_MS = 7 * 24 * 60 * MINUTE_MS;
const DETAIL_CALLS_PER_MINUTE = 10;

const paymentTypes: Readonly<Record<PaywayMethod, string>> = {
  khqr: 'KHQR',
  abapay: 'ABA Pay',
  card: 'VISA',
  wechat: 'Wechat',
  alipay: 'Alipay',
};

/** Endpoints about a transaction that exists: two lookups and its end. */
export function transactionRoutes(house: House): readonly Route[] {
  const { clock, config, book, sandboxQuirks, visibleAfterMs } = house;
  const detailCalls: number[] = [];
  const requestId = () => book.digits(11);

  /** What the lookups know: nothing for the first moments. */
  function visible(tranId: string | undefined): Transaction | undefined {
    const transaction = book.find(tranId ?? '');
    return transaction && clock.now() >= transaction.createdAt + visibleAfterMs ? transaction : undefined;
  }

  function statusOf(transaction: Transaction): readonly [number, string] {
    if (transaction.state === 'declined') return [3, 'DECLINED'];
    if (transaction.state === 'open') return transaction.closed && !sandboxQuirks ? [7, 'CANCELLED'] : [2, 'PENDING'];
    return transaction.refunds.length > 0 ? [4, 'REFUNDED'] : [0, 'APPROVED'];
  }

  /** The fields that both lookups tell. */
  function record(transaction: Transaction, { fault }: EmulatedRequest): Readonly<Record<string, unknown>> {
    const { payment } = transaction;
    const { asset, minor } = transaction.amount;
    const amount = asNumber(money(asset, fault === 'wrong-amount' ? minor + 1n : minor));
    const [code, word] = fault === 'unknown-status-word' ? [9, 'SETTLING'] : statusOf(transaction);
    return {
      payment_status_code: code,
      total_amount: fault === 'wrong-amount' ? amount : asNumber(arrivedOf(transaction)),
      original_amount: amount,
      refund_amount: asNumber(money(asset, refundedOf(transaction))),
      discount_amount: 0,
      payment_amount: payment ? asNumber(payment.charged) : 0,
      payment_currency: payment ? payment.charged.asset.code : '',
      apv: payment?.approvalCode ?? '',
      payment_status: word,
      transaction_date: localTime(payment?.paidAt ?? transaction.createdAt),
    };
  }

  const found = (data: unknown) =>
    jsonResponse({ data, status: { code: '00', message: 'Success!', tran_id: requestId() } });
  const notFound = () => jsonResponse({ status: { code: 6, message: 'Transaction not found.', tran_id: requestId() } });

  function check(fields: Received, request: EmulatedRequest): Response {
    const transaction = visible(fields.get('tran_id'));
    if (!transaction || clock.now() > transaction.createdAt + CHECK_KNOWS_MS) return notFound();
    return found(record(transaction, request));
  }

  function detail(fields: Received, request: EmulatedRequest): Response {
    const now = clock.now();
    while (detailCalls.length > 0 && (detailCalls[0] ?? 0) <= now - MINUTE_MS) detailCalls.shift();
    if (detailCalls.length >= DETAIL_CALLS_PER_MINUTE) return failure(429, 403);
    detailCalls.push(now);
    const transaction = visible(fields.get('tran_id'));
    if (!transaction) return notFound();
    const { payment, amount, createdAt, refunds } = transaction;
    const operation = (status: string, minor: bigint, at: Transaction['createdAt'], bank_ref: string) => ({
      status,
      amount: asNumber(money(amount.asset, minor)),
      transaction_date: localTime(at),
      bank_ref,
    });
    return found({
      ...record(transaction, request),
      transaction_id: transaction.tranId,
      // Before a payment this is the profile's own currency, whatever was asked for.
      original_currency: payment ? transaction.currency : config.currencies[0],
      transaction_date: localTime(createdAt),
      first_name: '',
      last_name: '',
      email: '',
      phone: '',
      bank_ref: payment?.bankReference ?? '',
      payment_type: payment ? paymentTypes[payment.method] : 'N/A',
      payer_account: payment?.account ?? '',
      bank_name: payment ? 'ABA Bank' : '',
      card_source: payment?.method === 'card' ? 'ONUS' : '',
      transaction_operations: [
        operation('Create Order', amount.minor, createdAt, ''),
        ...paymentsOf(transaction).map((one) =>
          operation('Completed', one.amount.minor, one.paidAt, one.bankReference),
        ),
        ...refunds.map((one) => operation('Refunded', one.amount, one.at, one.bankReference)),
      ],
    });
  }

  function close(fields: Received): Response {
    const transaction = book.find(fields.get('tran_id') ?? '');
    if (!transaction) return failure(5, 200);
    if (transaction.state === 'paid') return failure(2, 403, 'Transaction is already paid.');
    transaction.closed = true;
    return jsonResponse({ status: { code: '00', message: 'Success!', tran_id: transaction.tranId } });
  }

  const lookups = { signed: 'transaction', rules: lookupRules, refusals: numeric(5, 8) } as const;
  const closing = { ...lookups, refusals: { ...numeric(1, 26), notListed: () => failure(6, 403) } };
  const common = { method: 'POST', provenance: 'documented' } as const;
  return [
    {
      ...common,
      name: 'check-transaction',
      path: '/api/payment-gateway/v1/payments/check-transaction-2',
      cites: 'PayWay developer portal, "Check transaction"; code 6 with HTTP 200 as measured at the sandbox',
      handle: guarded(house, lookups, check),
    },
    {
      ...common,
      name: 'transaction-detail',
      path: '/api/payment-gateway/v1/payments/transaction-detail',
      cites: 'PayWay developer portal, "Get transaction details"; the call limit as measured at the sandbox',
      handle: guarded(house, lookups, detail),
    },
    {
      ...common,
      name: 'close-transaction',
      path: '/api/payment-gateway/v1/payments/close-transaction',
      cites: 'PayWay developer portal, "Close transaction"; code 2 for a paid one as measured at the sandbox',
      handle: guarded(house, closing, close),
    },
  ];
}
