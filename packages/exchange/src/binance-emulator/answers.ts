import type { Balances } from '../venue-emulator/balances.ts';
import type { Book } from '../venue-emulator/book.ts';
import { toText } from '../venue-emulator/decimal-text.ts';
import { filters } from './filters.ts';
import { costOfTrades, executed, isOpen } from '../venue-emulator/matching.ts';
import type { Order as VenueOrder } from '../venue-emulator/matching.ts';
import type { EmulatedWithdrawal } from '../venue-emulator/withdrawals.ts';
import type { FeeTerms } from './fees.ts';
import { networks } from './withdrawal-rules.ts';
import type { WithdrawalTerms } from './withdrawal-rules.ts';

type Order = VenueOrder<number>;

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

const words: Readonly<Record<Order['status'], string>> = {
  open: 'NEW',
  'partly-filled': 'PARTIALLY_FILLED',
  filled: 'FILLED',
  cancelled: 'CANCELED',
  expired: 'EXPIRED',
};

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
    cummulativeQuoteQty: toText(costOfTrades(order) * stretch),
    status: lie === 'unknown-status-word' ? 'SETTLING' : words[order.status],
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
  const fills = order.trades.map(({ id, price, quantity, fee, feeAsset }) => ({
    price: toText(price),
    qty: toText(quantity),
    commission: toText(fee),
    commissionAsset: feeAsset,
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
  return order.trades.map(({ id, price, quantity, cost, fee, feeAsset, time }) => ({
    symbol: 'BTCUSDT',
    id,
    orderId: order.orderId,
    orderListId: -1,
    price: toText(price),
    qty: toText(quantity),
    quoteQty: toText(cost),
    commission: toText(fee),
    commissionAsset: feeAsset,
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
    canWithdraw: true,
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
export function coins(balances: Balances, terms: WithdrawalTerms): object[] {
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
    withdrawAllEnable: coin === 'BTC' && terms.open,
    networkList: coin === 'BTC' ? bitcoinNetworks(terms) : [],
  }));
}

function bitcoinNetworks({ fee, open }: WithdrawalTerms): object[] {
  return Object.entries(networks).map(([network, { name, isDefault, withdrawMin, withdrawMax }]) => ({
    network,
    coin: 'BTC',
    name,
    isDefault,
    withdrawIntegerMultiple: '0.00000001',
    depositEnable: true,
    withdrawEnable: open,
    depositDesc: '',
    withdrawDesc: '',
    addressRegex:
      network === 'BTC' ? '^[13][a-km-zA-HJ-NP-Z1-9]{25,34}$|^(bc1[qp])[0-9A-Za-z]{37,62}$' : '^(0x)[0-9A-Fa-f]{40}$',
    memoRegex: '',
    withdrawFee: toText(fee),
    withdrawMin,
    withdrawMax,
    minConfirm: 1,
    unLockConfirm: 2,
    sameAddress: false,
    withdrawTag: false,
    estimatedArrivalTime: 25,
    busy: false,
  }));
}

/** `GET /sapi/v1/capital/withdraw/history`: one withdrawal. */
export function withdrawal(one: EmulatedWithdrawal, lie: Lie): object {
  const sent = one.progress === 'sent' || one.progress === 'confirmed';
  return {
    id: one.id,
    amount: toText(lie === 'wrong-amount' ? one.net * 2n : one.net),
    transactionFee: toText(one.fee),
    coin: 'BTC',
    status: lie === 'unknown-status-word' ? 9 : statusOf(one),
    address: one.address,
    txId: sent ? one.transactionId : '',
    applyTime: new Date(one.time).toISOString().slice(0, 19).replace('T', ' '),
    network: 'BTC',
    transferType: 0,
    ...(one.clientId === null ? {} : { withdrawOrderId: one.clientId }),
    info: '',
    confirmNo: one.depth,
    walletType: 0,
    txKey: '',
    completeTime: one.progress === 'confirmed' ? new Date(one.time).toISOString().slice(0, 19).replace('T', ' ') : '',
  };
}

/** 4: processing, 6: completed. A control may have set another. */
function statusOf({ word, progress }: EmulatedWithdrawal): number {
  if (word !== null) return Number(word);
  return progress === 'confirmed' ? 6 : 4;
}
