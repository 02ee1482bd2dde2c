import { toHex } from '@rielrails/kit';
import type { Clock, Random } from '@rielrails/kit';

/** The words of the documents for an order. */
export type Status = 'Pending' | 'Success' | 'Failed' | 'Rejected';

/** A deposit or a withdrawal. */
export interface Order {
  readonly kind: 'deposit' | 'withdrawal';
  readonly orderId: string;
  readonly asked: bigint;
  /** What came; before that, what was asked for. */
  amount: bigint;
  readonly method: string;
  readonly customTransactionId: string | null;
  readonly customUserId: string;
  readonly createdAt: number;
  activatedAt: number | null;
  status: Status;
  /** Where the payer pays: a page's token, or an account. */
  readonly place: string;
  readonly returnUrl: string | null;
  /** The transaction id that was handed in. */
  key: string | null;
}

/** A payer's transfer to one of A-Pay's accounts, known by the bank's transaction id. */
export interface Transfer {
  readonly transactionId: string;
  readonly account: string;
  readonly amount: bigint;
}

/** Everything that one project did. */
export interface Book {
  readonly orders: Order[];
  readonly transfers: readonly Transfer[];
  add(order: Omit<Order, 'orderId' | 'amount' | 'createdAt' | 'activatedAt' | 'status' | 'key'>): Order;
  find(kind: Order['kind'], orderId: string): Order | undefined;
  /** The last deposit under a merchant's own name, or under the part of it before a slash. */
  ofReference(reference: string): Order;
  /** Takes a transfer to an account, and gives the bank's transaction id. */
  transfer(account: string, amount: bigint): string;
  hex(digits: number): string;
  digits(count: number): string;
}

/** An empty book. */
export function createBook({ clock, random }: { readonly clock: Clock; readonly random: Random }): Book {
  const orders: Order[] = [];
  const transfers: Transfer[] = [];
  const hex = (digits: number) => toHex(random.bytes(digits / 2));
  const digits = (count: number) => (BigInt(`0x${hex(16)}`) % 10n ** BigInt(count)).toString().padStart(count, '0');
  return {
    orders,
    transfers,
    transfer(account, amount) {
      const transactionId = `W${digits(12)}`;
      transfers.push({ transactionId, account, amount });
      return transactionId;
    },
    add(order) {
      const createdAt = Math.floor(clock.now() / 1000);
      const full: Order = {
        ...order,
        orderId: hex(16),
        amount: order.asked,
        createdAt,
        activatedAt: null,
        status: 'Pending',
        key: null,
      };
      orders.push(full);
      return full;
    },
    find: (kind, orderId) => orders.find((one) => one.kind === kind && one.orderId === orderId),
    ofReference(reference) {
      const found = orders.findLast((one) => one.kind === 'deposit' && referenceOf(one) === reference);
      if (!found) throw new RangeError('payer: there is no such deposit');
      return found;
    },
    hex,
    digits,
  };
}

/** What the merchant calls an order: the first part of what it wrote as `custom_transaction_id`. */
export function referenceOf({ customTransactionId }: Order): string {
  return customTransactionId?.split('/')[0] ?? '';
}
