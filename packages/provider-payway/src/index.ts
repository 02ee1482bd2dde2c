/**
 * ABA PayWay: KHQR, deep link and hosted page; lookup, close, refund and callbacks.
 *
 * @packageDocumentation
 */

export { hashOrders, signFields } from './hash.ts';
export type { PaywayEndpoint, PaywayFields } from './hash.ts';
