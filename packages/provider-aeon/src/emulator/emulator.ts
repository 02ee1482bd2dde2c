import { USD, money } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import type { Order } from './book.ts';
import { checkoutRoutes } from './checkout.ts';
import type { Hands } from './checkout.ts';
import { createDeliveries } from './deliveries.ts';
import { createHouse } from './house.ts';
import type { AeonEmulator, AeonEmulatorOptions } from './options.ts';
import { orderRoutes } from './orders.ts';
import { queryRoutes } from './queries.ts';
import { webhookOf } from './records.ts';

/**
 * AEON crypto payment as a request handler, built from AEON's and Alchemy Pay's pages.
 *
 * Strict: signatures, lengths and forms of every parameter, decimals of each currency, its own codes.
 */
export function createAeonEmulator(context: EmulatorContext, options: AeonEmulatorOptions = {}): AeonEmulator {
  const { clock } = context;
  const house = createHouse(context, options);
  const { book, config, profile } = house;
  const deliveries = createDeliveries(clock, context.deliver);

  const hands: Hands = {
    async pay(order, payer) {
      book.expire(order);
      book.receive(order, payer);
      // A part of an order has a webhook of its own, whose form is not known.
      if (order.status !== 'PROCESSING') await tell(order);
    },
    async expire(order) {
      order.expiresAt = Math.min(order.expiresAt, clock.now() - 1);
      if (book.expire(order)) await tell(order);
    },
    refundSelf: (order) => book.refundSelf(order),
  };

  /** The webhook of an order whose time ran out comes by itself, where there is somebody to hear it. */
  function opened(order: Order): void {
    if (!context.deliver) return;
    void clock.sleep(order.expiresAt - clock.now() + 1).then(() => (book.expire(order) ? tell(order) : undefined));
  }

  const base = createEmulator({
    name: 'aeon',
    clock,
    ...(deliveries.deliver ? { deliver: deliveries.deliver } : {}),
    routes: [...orderRoutes(house, opened), ...queryRoutes(house), ...checkoutRoutes(house, hands)],
  });

  function tell(order: Order): Promise<void> {
    return deliveries.send(base.webhooks, webhookOf(house, order));
  }

  function orderOf(reference: string): Order {
    const order = book.find(reference);
    if (!order) throw new RangeError('payer: there is no such order');
    return order;
  }

  return {
    ...base,
    config,
    profile,
    selfRefunds: book.selfRefunds,
    payer: {
      async pay(reference, payer = {}) {
        const order = orderOf(reference);
        await hands.pay(order, payer);
        return order.orderNo;
      },
      // What is sent to a finished order's address is "unsupported": support handles it, and no lookup tells it.
      payTwice: () => Promise.resolve(null),
      expire: (reference) => hands.expire(orderOf(reference)),
      // "TIMEOUT: expired or cancelled."
      cancel: (reference) => hands.expire(orderOf(reference)),
      reverse: () => Promise.reject(new RangeError('payer: what is confirmed on a chain stays')),
      async refundSelf(reference) {
        hands.refundSelf(orderOf(reference));
      },
    },
    applied: {
      get payments() {
        return book.all.map(({ merchantOrderNo: reference, amount }) => ({ reference, amount }));
      },
      get receipts() {
        return book.all
          .filter(({ status }) => status === 'COMPLETED' || status === 'DELAY_SUCCESS')
          .map(({ merchantOrderNo: reference, orderNo: transaction, received: amount }) => ({
            reference,
            transaction,
            amount,
          }));
      },
      get refunds() {
        return book.all.flatMap(({ orderNo: transaction, refunds }) =>
          refunds.map(({ refundOrderNo: reference, amount }) => ({
            reference,
            transaction,
            amount: money(USD, amount),
          })),
        );
      },
      cancelled: [],
    },
  };
}
