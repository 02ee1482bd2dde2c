import type { Balances } from './balances.ts';
import type { Book } from './book.ts';
import { toText } from './decimal-text.ts';
import { filters } from './filters.ts';
import { executed, isOpen, spent } from './matching.ts';
import type { FeeTerms, Order } from './matching.ts';

/** `GET /api/v3/exchangeInfo`: the one symbol and its rules. */
export function exchangeInfo(serverTime: number, halted: boolean): object {
  return {
    timezone: 'UTC',
    serverTime,
    rateLimits: [
      { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: 6000 },
      { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: 100 },
      { rateLimitType: 'ORDERS', interval: 'DAY', intervalNum: 1, limit: 200_000 },
    ],
    exchangeFilters: [],
    symbols: [
      {
        symbol: 'BTCUSDT',
        status: halted ? 'HALT' : 'TRADING',
        baseAsset: 'BTC',
        baseAssetPrecision: 8,
        quoteAsset: 'USDT',
        quotePrecision: 8,
        quoteAssetPrecision: 8,
        baseCommissionPrecision: 8,
        quoteCommissionPrecision: 8,
        orderTypes: ['LIMIT'],
        icebergAllowed: false,
        ocoAllowed: false,
        quoteOrderQtyMarketAllowed: false,
        allowTrailingStop: false,
        cancelReplaceAllowed: false,
        isSpotTradingAllowed: true,
        isMarginTradingAllowed: false,
        filters,
        permissions: [],
        permissionSets: [['SPOT']],
        defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
        allowedSelfTradePreventionModes: ['EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'],
      },
    ],
  };
}

/** `GET /api/v3/depth`: both sides, prices and quantities as texts. */
export function depth(book: Pick<Book, 'asks' | 'bids' | 'updateId'>, limit: number): object {
  const side = (levels: Book['asks']) =>
    levels.slice(0, limit).map(({ price, quantity }) => [toText(price), toText(quantity)]);
  return { lastUpdateId: book.updateId, bids: side(book.bids), asks: side(book.asks) };
}

/** What a route wants told differently from the truth. */
export type Lie = 'wrong-amount' | 'unknown-status-word' | null;

function orderFields(order: Order, lie: Lie): object {
  const stretch = lie === 'wrong-amount' ? 2n : 1n;
  return {
    symbol: 'BTCUSDT',
    orderId: order.orderId,
    orderListId: -1,
    clientOrderId: order.clientOrderId,
    price: toText(order.price),
    origQty: toText(order.quantity * stretch),
    executedQty: toText(executed(order) * stretch),
    origQuoteOrderQty: toText(0n),
    cummulativeQuoteQty: toText(spent(order) * stretch),
    status: lie === 'unknown-status-word' ? 'SETTLING' : order.status,
    timeInForce: order.timeInForce,
    type: 'LIMIT',
    side: 'BUY',
    workingTime: order.time,
    selfTradePreventionMode: 'EXPIRE_MAKER',
  };
}

/** `POST /api/v3/order`, in the three sizes of `newOrderRespType`. */
export function newOrder(order: Order, size: 'ACK' | 'RESULT' | 'FULL', lie: Lie): object {
  if (size === 'ACK') {
    const { orderId, clientOrderId, time } = order;
    return { symbol: 'BTCUSDT', orderId, orderListId: -1, clientOrderId, transactTime: time };
  }
  const result = { ...orderFields(order, lie), transactTime: order.time };
  if (size === 'RESULT') return result;
  const fills = order.trades.map(({ id, price, quantity, commission, commissionAsset }) => ({
    price: toText(price),
    qty: toText(quantity),
    commission: toText(commission),
    commissionAsset,
    tradeId: id,
  }));
  return { ...result, fills };
}

/** `GET /api/v3/order`. */
export function queriedOrder(order: Order, lie: Lie): object {
  return {
    ...orderFields(order, lie),
    stopPrice: toText(0n),
    icebergQty: toText(0n),
    time: order.time,
    updateTime: order.updateTime,
    isWorking: isOpen(order),
  };
}

/** `DELETE /api/v3/order`. */
export function cancelledOrder(order: Order, cancelId: string): object {
  return {
    ...orderFields(order, null),
    origClientOrderId: order.clientOrderId,
    clientOrderId: cancelId,
    transactTime: order.updateTime,
  };
}

/** `GET /api/v3/myTrades` of one order. */
export function tradesOf(order: Order): object[] {
  return order.trades.map(({ id, price, quantity, spent, commission, commissionAsset, time }) => ({
    symbol: 'BTCUSDT',
    id,
    orderId: order.orderId,
    orderListId: -1,
    price: toText(price),
    qty: toText(quantity),
    quoteQty: toText(spent),
    commission: toText(commission),
    commissionAsset,
    time,
    isBuyer: true,
    isMaker: false,
    isBestMatch: true,
  }));
}

/** `GET /api/v3/account`. */
export function account(balances: Balances, fees: FeeTerms, updateTime: number, omitZero: boolean): object {
  const rate = toText(BigInt(fees.basisPoints) * 10_000n);
  return {
    makerCommission: fees.basisPoints,
    takerCommission: fees.basisPoints,
    buyerCommission: 0,
    sellerCommission: 0,
    commissionRates: { maker: rate, taker: rate, buyer: toText(0n), seller: toText(0n) },
    canTrade: true,
    canWithdraw: false,
    canDeposit: true,
    brokered: false,
    requireSelfTradePrevention: false,
    preventSor: false,
    updateTime,
    accountType: 'SPOT',
    balances: balances.all
      .filter(([, { free, locked }]) => !omitZero || free + locked > 0n)
      .map(([asset, { free, locked }]) => ({ asset, free: toText(free), locked: toText(locked) })),
    permissions: ['SPOT'],
    uid: 354_937_868,
  };
}

/** `GET /sapi/v1/capital/config/getall`: the coins of the account, with the fields that clients read. */
export function coins(balances: Balances): object[] {
  const names: Readonly<Record<string, string>> = { BTC: 'Bitcoin', USDT: 'TetherUS', BNB: 'BNB' };
  return balances.all.map(([coin, { free, locked }]) => ({
    coin,
    name: names[coin] ?? coin,
    free: toText(free),
    locked: toText(locked),
    freeze: '0',
    ipoable: '0',
    ipoing: '0',
    storage: '0',
    withdrawing: '0',
    isLegalMoney: false,
    trading: true,
    depositAllEnable: true,
    withdrawAllEnable: false,
    networkList: [],
  }));
}
