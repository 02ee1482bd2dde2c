/**
 * Bakong: payments by KHQR, confirmed through the Open API of the National Bank of Cambodia.
 *
 * @packageDocumentation
 */

export { createPollingBudget } from './budget.ts';
export type { Look, PollingBudget, PollingReport, PollingTerms, Watched } from './budget.ts';
export type { BakongConfig, BakongPolling } from './config.ts';
export type { BakongOpenApi, BakongSource, IssuedToken } from './open-api.ts';
export { createBakong } from './provider.ts';
export type { Bakong } from './provider.ts';
export type { BakongAnswer, BakongTransaction } from './transaction.ts';
