import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';
import { money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import type { AeonPayer } from './options.ts';
import { priced } from './rates.ts';

/** "Query Order": every status. */
export type OrderStatus =
  | 'INIT'
  | 'PROCESSING'
  | 'COMPLETED'
  | 'CLOSE'
  | 'TIMEOUT'
  | 'FAILED'
  | 'DELAY_SUCCESS'
  | 'DELAY_FAILED';

/** A transfer as it was seen on the chain. */
export interface Transfer {
  readonly token: string;
  readonly network: string;
  readonly volume: string;
  readonly tokenRate: string;
  readonly fiatRate: string;
  readonly hash: string;
  readonly from: string | null;
  readonly at: number;
}

/** An order as AEON keeps it. */
export interface Order {
  readonly orderNo: string;
  readonly merchantOrderNo: string;
  readonly amount: Money;
  readonly userId: string;
  readonly customParam: string;
  readonly callbackUrl: string;
  readonly redirectUrl: string | null;
  readonly model: 'ORDER' | 'RECHARGE';
  readonly display: 'BROWSER' | 'MINIAPP' | 'BOT' | null;
  readonly tokens: readonly string[];
  readonly networks: readonly string[];
  readonly createdAt: number;
  expiresAt: number;
  status: OrderStatus;
  failReason: string;
  /** What counts, in the order's currency. */
  received: Money;
  transfer: Transfer | null;
  /** Whether the page for taking a wrong payment back is open. */
  refundable: boolean;
  readonly refunds: { readonly refundOrderNo: string; readonly amount: bigint; readonly destination: string }[];
}

/** Every order of one merchant. */
export interface Book {
  readonly all: readonly Order[];
  readonly selfRefunds: { readonly reference: string; readonly volume: string; readonly token: string }[];
  find(merchantOrderNo: string): Order | undefined;
  findByOrderNo(orderNo: string): Order | undefined;
  add(order: Omit<Order, 'orderNo'>): Order;
  /** Ends the order's time, if it is over. Gives whether that changed anything. */
  expire(order: Order): boolean;
  /** Takes a transfer. @throws RangeError when the page would not have let the payer do it. */
  receive(order: Order, payer: AeonPayer): void;
  /** The payer takes a wrong payment back. @throws RangeError when there is none to take. */
  refundSelf(order: Order): void;
}

/** What decides about a transfer. */
export interface BookRules {
  readonly clock: Clock;
  readonly random: Random;
  readonly feePaidBy: 'merchant' | 'payer';
  readonly accumulates: boolean;
}

/** AEON's fee here: one percent, in the order's currency, rounded up. */
export function feeOf({ amount }: Pick<Order, 'amount'>): bigint {
  return (amount.minor + 99n) / 100n;
}

/** An empty book. */
export function createBook({ clock, random, feePaidBy, accumulates }: BookRules): Book {
  const orders = new Map<string, Order>();
  const selfRefunds: Book['selfRefunds'] = [];
  const digits = (count: number) => (BigInt(`0x${toHex(random.bytes(12))}`) % 10n ** BigInt(count)).toString();

  function takes(order: Order, token: string, network: string): boolean {
    return order.tokens.includes(token) && order.networks.includes(network);
  }

  function fail(order: Order, late: boolean, reason: string): void {
    order.status = late ? 'DELAY_FAILED' : 'FAILED';
    order.failReason = reason;
    order.refundable = true;
  }

  return {
    get all() {
      return [...orders.values()];
    },
    selfRefunds,
    find: (merchantOrderNo) => orders.get(merchantOrderNo),
    findByOrderNo: (orderNo) => [...orders.values()].find((one) => one.orderNo === orderNo),
    add(entry) {
      const order: Order = { ...entry, orderNo: `3002${digits(17).padStart(17, '0')}` };
      orders.set(order.merchantOrderNo, order);
      return order;
    },
    expire(order) {
      if (order.status !== 'INIT' || clock.now() <= order.expiresAt) return false;
      order.status = 'TIMEOUT';
      return true;
    },
    receive(order, { amount = due(order), token = 'USDT', network = 'TRX', connectedWallet = false, account }) {
      const { asset } = order.amount;
      if (amount.asset.code !== asset.code) throw new RangeError('payer: the order is in another currency');
      if (!['INIT', 'PROCESSING', 'TIMEOUT'].includes(order.status))
        throw new RangeError(`payer: the order is ${order.status}`);
      const late = order.status === 'TIMEOUT' || clock.now() > order.expiresAt;
      const from = connectedWallet ? (account ?? `T${toHex(random.bytes(16))}`) : null;
      const rest = { token, network, hash: `0x${toHex(random.bytes(32))}`, from, at: clock.now() };
      const before = accumulates ? order.received.minor : 0n;
      const sum = money(asset, before + amount.minor);
      const { volume, tokenRate, fiatRate } = priced(sum, token);
      order.transfer = { ...rest, volume, tokenRate, fiatRate };
      if (!takes(order, token, network)) return fail(order, late, 'wrong_payment');
      const charged = feePaidBy === 'payer' ? feeOf(order) : 0n;
      if (order.model === 'ORDER' && sum.minor < order.amount.minor + charged) {
        if (!accumulates || late) return fail(order, late, 'lower_amount');
        order.received = sum;
        order.status = 'PROCESSING';
        return;
      }
      order.received = money(asset, sum.minor - charged);
      order.status = late ? 'DELAY_SUCCESS' : 'COMPLETED';
      // "Refund Rules for Orders": from five dollars on, the payer may have what was too much back.
      order.refundable = asset.code === 'USD' && order.received.minor - order.amount.minor >= 500n;
    },
    refundSelf(order) {
      if (!order.refundable || !order.transfer) throw new RangeError('payer: there is nothing to take back');
      order.refundable = false;
      const excess = money(order.amount.asset, order.received.minor - order.amount.minor);
      const isExcess = order.status === 'COMPLETED' || order.status === 'DELAY_SUCCESS';
      const { token, volume } = order.transfer;
      selfRefunds.push({
        reference: order.merchantOrderNo,
        token,
        volume: isExcess ? priced(excess, token).volume : volume,
      });
    },
  };

  function due(order: Order): Money {
    const charged = feePaidBy === 'payer' ? feeOf(order) : 0n;
    return money(order.amount.asset, order.amount.minor + charged - (accumulates ? order.received.minor : 0n));
  }
}
