/**
 * AEON crypto payment: hosted page and Telegram orders, query, refund, signed webhooks.
 *
 * @packageDocumentation
 */

export { aeonAnomalies } from './anomalies.ts';
export type { AeonAnomaly, AeonAnomalyCase } from './anomalies.ts';
export type { AeonApi, AeonCreated, AeonOrder, AeonOrderFields, AeonRefundFields } from './api.ts';
export { aeonAssets, aeonExchanges } from './config.ts';
export type { AeonConfig, AeonCurrency, AeonDisplay, AeonPayType, AeonRefundConfig } from './config.ts';
export { createAeon, createAeonApi } from './provider.ts';
export type { Aeon, AeonWithRefunds } from './provider.ts';
export { readAeonWallet } from './wallet.ts';
export type { AeonWallet } from './wallet.ts';
