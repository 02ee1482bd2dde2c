import { formatAmount } from '@rielrails/kit';
import type { Book } from '../venue-emulator/book.ts';
import { toText } from '../venue-emulator/decimal-text.ts';
import { costOfTrades, executed, isOpen } from '../venue-emulator/matching.ts';
import type { Order as VenueOrder, Trade as VenueTrade } from '../venue-emulator/matching.ts';
import type { EmulatedWithdrawal } from '../venue-emulator/withdrawals.ts';
import type { Account } from './account.ts';
import { pair } from './pair.ts';

type Order = VenueOrder<string>;
type Trade = VenueTrade<string>;

/** What a route wants told differently from the truth. */
export type Lie = 'wrong-amount' | 'unknown-status-word' | null;

/** Hundred-millionths with as many places as the venue shows. */
function places(value: bigint, count: number): string {
  const whole = { asset: { code: 'decimal', scale: count }, minor: value / 10n ** BigInt(8 - count) };
  return formatAmount(whole);
}

function seconds(ms: number): number {
  return ms / 1000;
}

/** `GET /0/public/AssetPairs`: the one pair. */
export function assetPairs({ state }: Account): object {
  const online = state.system === 'online' ? 'online' : 'cancel_only';
  return { [pair.altname]: { ...pair, status: state.halted ? 'cancel_only' : online } };
}

/** `GET /0/public/Assets`. */
export function assets(): object {
  const asset = (altname: string, decimals: number, displayed: number) => ({
    aclass: 'currency',
    altname,
    decimals,
    display_decimals: displayed,
    status: 'enabled',
  });
  return { XXBT: asset('XBT', 10, 5), USDT: asset('USDT', 8, 4) };
}

/** `GET /0/public/Depth`: prices, quantities, and when each level last changed, in seconds. */
export function depth({ asks, bids }: Pick<Book, 'asks' | 'bids'>, at: number, count: number): object {
  const side = (levels: Book['asks']) =>
    levels
      .slice(0, count)
      .map(({ price, quantity }, deep) => [places(price, 5), toText(quantity), Math.floor(seconds(at)) - deep]);
  return { [pair.altname]: { asks: side(asks), bids: side(bids) } };
}

/** What an order says of itself in words. */
export function describe({ price, quantity }: Order, lie: Lie): string {
  const volume = lie === 'wrong-amount' ? quantity * 2n : quantity;
  return `buy ${toText(volume)} ${pair.altname} @ limit ${places(price, pair.pair_decimals)}`;
}

/** `POST /0/private/AddOrder`. */
export function addedOrder(order: Order, lie: Lie): object {
  return { descr: { order: describe(order, lie) }, txid: [order.orderId] };
}

const words: Readonly<Record<Order['status'], string>> = {
  open: 'open',
  'partly-filled': 'open',
  filled: 'closed',
  cancelled: 'canceled',
  expired: 'canceled',
};

/** An order as `OpenOrders`, `ClosedOrders` and `QueryOrders` tell it. */
export function order(one: Order, options: { readonly trades: boolean; readonly lie: Lie }): object {
  const { trades, lie } = options;
  const stretch = lie === 'wrong-amount' ? 2n : 1n;
  const cost = costOfTrades(one);
  const done = executed(one);
  const fee = one.trades.reduce((sum, trade) => sum + trade.fee, 0n);
  return {
    refid: null,
    userref: null,
    cl_ord_id: one.clientOrderId,
    status: lie === 'unknown-status-word' ? 'limbo' : words[one.status],
    opentm: seconds(one.time),
    starttm: 0,
    expiretm: 0,
    descr: {
      pair: pair.altname,
      type: 'buy',
      ordertype: 'limit',
      price: places(one.price, pair.pair_decimals),
      price2: '0',
      leverage: 'none',
      order: describe(one, null),
      close: '',
    },
    vol: toText(one.quantity * stretch),
    vol_exec: toText(done * stretch),
    cost: places(cost * stretch, pair.cost_decimals),
    fee: places(fee, pair.cost_decimals),
    price: places(done === 0n ? 0n : (cost * 10n ** 8n) / done, pair.pair_decimals),
    stopprice: '0.00000',
    limitprice: '0.00000',
    misc: '',
    oflags: 'fciq',
    ...(trades ? { trades: one.trades.map(({ id }) => id) } : {}),
    ...(isOpen(one)
      ? {}
      : { closetm: seconds(one.updateTime), reason: one.status === 'expired' ? 'Immediate or cancel' : null }),
  };
}

/** `POST /0/private/QueryTrades`: one execution. */
export function trade(one: Trade, ordertxid: string): object {
  return {
    ordertxid,
    postxid: 'TKH2SE-M7IF5-CFI7LT',
    pair: pair.altname,
    time: seconds(one.time),
    type: 'buy',
    ordertype: 'limit',
    price: places(one.price, 5),
    cost: places(one.cost, pair.cost_decimals),
    fee: places(one.fee, pair.cost_decimals),
    vol: toText(one.quantity),
    margin: '0.00000',
    leverage: '0',
    misc: '',
    trade_id: 40_274_859,
    maker: false,
  };
}

/** `POST /0/private/BalanceEx`. */
export function balances(account: Account): object {
  const names: Readonly<Record<string, string>> = { BTC: 'XXBT' };
  return Object.fromEntries(
    account.balances.all.map(([asset, { free, locked }]) => [
      names[asset] ?? asset,
      { balance: `${toText(free + locked)}00`, hold_trade: `${toText(locked)}00` },
    ]),
  );
}

/** `POST /0/private/WithdrawStatus`: one withdrawal. */
export function withdrawal(one: EmulatedWithdrawal, lie: Lie): object {
  const [status, property] = lie === 'unknown-status-word' ? ['Limbo'] : statusOf(one);
  const sent = one.progress === 'sent' || one.progress === 'confirmed';
  return {
    method: 'Bitcoin',
    network: 'Bitcoin',
    aclass: 'currency',
    asset: 'XXBT',
    refid: one.id,
    txid: sent ? one.transactionId : null,
    info: one.address,
    amount: toText(lie === 'wrong-amount' ? one.net * 2n : one.net),
    fee: toText(one.fee),
    time: Math.floor(seconds(one.time)),
    status,
    key: one.key,
    ...(property === undefined ? {} : { 'status-prop': property }),
  };
}

function statusOf({ word, progress }: EmulatedWithdrawal): readonly string[] {
  if (word !== null) return word.split(' ');
  return [{ asked: 'Pending', sent: 'Settled', confirmed: 'Success', ended: 'Failure' }[progress]];
}
