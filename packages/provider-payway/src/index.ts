/**
 * ABA PayWay: KHQR, deep link and hosted page; lookup, close, refund and callbacks.
 *
 * @packageDocumentation
 */

export type { PaywayConfig, PaywayCurrency, PaywayQrTemplate, PaywayRefundConfig } from './config.ts';
export { createPayway } from './provider.ts';
export type { Payway, PaywayWithRefunds } from './provider.ts';
export { createPaywayQueries } from './queries.ts';
export type { PaywayExchangeRate, PaywayOperation, PaywayQueries, PaywayTransactionDetail } from './queries.ts';
