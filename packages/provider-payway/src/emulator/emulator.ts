import { money } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { failure } from './answers.ts';
import { askingRoutes } from './asking.ts';
import { paymentsOf } from './book.ts';
import type { PaymentResult, PaywayMethod, Transaction } from './book.ts';
import { callbackOf } from './callback.ts';
import { createCheckout } from './checkout.ts';
import { createHouse } from './house.ts';
import { scanKhqr } from './khqr.ts';
import type { PaywayEmulator, PaywayEmulatorOptions, PaywayPayer, PaywayScan } from './options.ts';
import { portalRoutes } from './portal.ts';
import { rateRoutes } from './rates.ts';
import { transactionRoutes } from './transactions.ts';

/**
 * ABA PayWay as a request handler, built from the developer portal's pages and from what was measured at its sandbox.
 *
 * Strict: signatures, field lengths and forms, currencies, lifetimes, methods, its own codes in their own types.
 */
export function createPaywayEmulator(context: EmulatorContext, options: PaywayEmulatorOptions = {}): PaywayEmulator {
  const { clock, deliver } = context;
  const house = createHouse(context, options);
  const { config, profile, book } = house;
  const checkout = createCheckout(house, receive);
  const base = createEmulator({
    name: 'payway',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => failure(429, 429),
    routes: [
      ...askingRoutes(house, checkout),
      ...transactionRoutes(house),
      ...rateRoutes(house),
      ...portalRoutes(house),
      ...checkout.routes,
    ],
  });

  /** Tells the merchant about a payment, once, best effort. */
  async function receive(
    transaction: Transaction,
    how: PaywayPayer & { readonly method: PaywayMethod },
  ): Promise<PaymentResult> {
    const result = book.pay(transaction, how);
    if (result.outcome === 'refused') return result;
    const callback = callbackOf(result.transaction, options.callbacks ?? 'short', config.apiKey);
    if (!callback) return result;
    const before = base.webhooks.sent.length;
    await base.webhooks.send(callback);
    const status = base.webhooks.sent.slice(before).at(-1)?.status;
    const heard = typeof status === 'number' && status >= 200 && status < 300;
    if (options.retriesCallbacks && deliver && !heard) {
      void clock.sleep(10_000).then(() => base.webhooks.send(callback));
    }
    return result;
  }

  function transactionOf(reference: string): Transaction {
    const transaction = book.find(reference);
    if (!transaction) throw new RangeError('payer: there is no such transaction');
    return transaction;
  }

  async function pay(reference: string, how: PaywayPayer = {}): Promise<string> {
    const transaction = transactionOf(reference);
    const result = await receive(transaction, { method: 'khqr', ...how });
    if (result.outcome === 'refused') throw new RangeError(`payer: ${result.message}`);
    return receiptNames(transaction).at(-1) ?? reference;
  }

  async function payByQr(qr: string, how: PaywayPayer = {}): Promise<PaywayScan> {
    const refused = (message: string): PaywayScan => ({ outcome: 'refused', message });
    let transaction: Transaction | undefined;
    try {
      const scanned = scanKhqr(qr);
      transaction = book.findByQrCode(scanned.paywayCode ?? '');
    } catch (error) {
      return refused(error instanceof RangeError ? error.message : 'KHQR: unreadable');
    }
    if (!transaction || transaction.qr !== qr) return refused('Transaction not found');
    const result = await receive(transaction, { method: 'khqr', ...how });
    if (result.outcome === 'refused') return refused(result.message);
    const { tranId } = transaction;
    const amount = paymentsOf(transaction).at(-1)?.amount ?? transaction.amount;
    return { outcome: 'paid', transaction: tranId, amount, merchantName: house.merchantName };
  }

  return {
    ...base,
    config,
    profile,
    payByQr,
    payer: {
      pay,
      // A transaction takes one payment: the second scan is refused.
      payTwice: (reference, how) => (house.takesWrongPayments ? pay(reference, how) : Promise.resolve(null)),
      async expire(reference) {
        transactionOf(reference).payableUntil = clock.now() - 1;
      },
      // PayWay never learns that a payer turned away.
      async cancel(reference) {
        transactionOf(reference);
      },
      reverse: () => Promise.reject(new RangeError('payer: PayWay tells nothing of money that was taken back')),
      async decline(reference) {
        const transaction = transactionOf(reference);
        if (transaction.state === 'open') transaction.state = 'declined';
      },
    },
    applied: {
      get payments() {
        return book.all.map(({ tranId, amount }) => ({ reference: tranId, amount }));
      },
      get receipts() {
        return book.all.flatMap((transaction) => {
          const names = receiptNames(transaction);
          return paymentsOf(transaction).map(({ amount }, index) => ({
            reference: transaction.tranId,
            transaction: names[index] ?? '',
            amount,
          }));
        });
      },
      get refunds() {
        return book.all.flatMap(({ tranId, amount, refunds }) =>
          refunds.map((one) => ({
            // PayWay keeps no reference of the merchant's for a refund; the bank's stands here.
            reference: one.bankReference,
            transaction: tranId,
            amount: money(amount.asset, one.amount),
          })),
        );
      },
      get cancelled() {
        return book.all.filter(({ closed }) => closed).map(({ tranId }) => tranId);
      },
    },
  };
}

/** The names of a transaction's payments: PayWay knows one, by its own number; further ones are counted. */
function receiptNames(transaction: Transaction): readonly string[] {
  return paymentsOf(transaction).map((_payment, index) =>
    index === 0 ? transaction.tranId : `${transaction.tranId}/${index + 1}`,
  );
}
